"""People in the administration: operators deactivate accounts and name further operators, and nothing else."""
