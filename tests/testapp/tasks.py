from django_tasks import task


@task()
def note(text: str) -> str:
    """Gives back what it was given: shows that a worker ran it."""
    return text
