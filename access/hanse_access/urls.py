app_name = "hanse_access"
urlpatterns: list = []
