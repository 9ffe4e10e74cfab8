"""Models of what shoppers do, one a file; :mod:`ranking.behaviour.base` has the contract.

Nothing is imported here, so that naming the package costs nothing; import from the modules.
"""
