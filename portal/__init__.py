"""
Owns every page that people and officers see; composes the other apps.

Public: `links` (ways into the preference center), `doors.close_all` (the end of all of them) and
`feelings` (what people say of it).
Owns no rule and no table of consent or policy; its own tables hold doors and conversations.
"""
