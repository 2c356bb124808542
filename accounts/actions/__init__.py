"""Every change of the registry, one function a verb."""
