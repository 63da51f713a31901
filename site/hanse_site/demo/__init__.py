"""Demo data: three invented clusters with their people and news. Everything in it is made up."""
