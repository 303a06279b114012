"""
Grupo Alameda: an invented company with a shop, telecoms and insurance, and its 2,000 people.

`people`, `past` and `questions` are pure: the same day gives the same company. `company.load` puts
it on record through the apps' own doors; `manifest` tells what opens it. For trying Venia only.
"""
