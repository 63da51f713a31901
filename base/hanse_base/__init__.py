"""Components, registries, tasks: what every Hanse plugin needs."""
