"""
A detail that is wrong: stated with what is right, marked as disputed, decided, applied, told on.

`changes` keeps what the person says, `disputes` marks it meanwhile, `correcting` carries out what
was accepted, `notices` tells the recipients.
"""
