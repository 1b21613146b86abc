"""Faults under load: clients that trade over the API and retry like real ones, a seeded plan of kills, and a judge who counts
what was lost and what was doubled. `make chaos KILLS=50 SEED=7`.
"""
