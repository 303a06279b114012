"""Who else gets the data: the register of recipients, transfers, GPC, exclusion lists."""

from collections.abc import Iterator

from consent.state import Standing
from jurisdictions.model import Law, accepts_country
from policies.decision import Finding
from policies.facts import RecipientFacts
from policies.matter import Matter


def recipient_is_registered(matter: Matter) -> Iterator[Finding]:
    """Sharing needs a recipient on the register that the notice names, as it is described."""
    named = matter.question.recipient
    if named is None and not matter.action.shares:
        return
    if _recipient(matter) is None:
        yield matter.finding("recipient_unknown")


def transfer_is_lawful(matter: Matter) -> Iterator[Finding]:
    """Each law of the person must accept the country, or a safeguard must be in force."""
    named, known = matter.question.recipient, matter.facts.recipient
    if named is None or known is None:
        return
    if named.country not in (None, known.country):
        yield matter.finding("transfer_not_permitted", detail={"country": named.country})
        return
    refusing = [law for law in matter.laws if not _accepts(matter, law, known)]
    if refusing and not _has_safeguard(matter, known):
        law, detail = refusing[-1], {"country": known.country}
        source = law.sources.get("transfers", law.transfers.source)
        yield Finding("transfer_not_permitted", law.code, source, detail=detail)


def global_privacy_control_is_honoured(matter: Matter) -> Iterator[Finding]:
    """`Sec-GPC: 1` closes sharing and purposes with third parties, whatever was consented to."""
    if matter.question.gpc and (matter.action.shares or matter.purpose.recipients):
        yield matter.finding("gpc_signal")


def exclusion_lists_are_honoured(matter: Matter) -> Iterator[Finding]:
    """Lista Robinson, REPEP and the like, unless the person consented to this sender."""
    if not matter.action.addresses or not matter.facts.on_exclusion_list:
        return
    standing = matter.facts.standings.get(matter.purpose.key, Standing())
    layer = standing.layer_for(matter.question.channel, None)
    if not matter.rests_on_contract and not (layer and layer.is_grant):
        yield matter.finding("do_not_contact")


def _recipient(matter: Matter) -> RecipientFacts | None:
    """Return the recipient as registered when question, register and notice agree on it."""
    named, known = matter.question.recipient, matter.facts.recipient
    if named is None or known is None or named.country not in (None, known.country):
        return None
    in_notice = known.id in matter.purpose.recipients and matter.purpose.key in known.purposes
    return known if in_notice else None


def _accepts(matter: Matter, law: Law, known: RecipientFacts) -> bool:
    certified = known.certified and known.country in law.transfers.certified_only
    home = matter.person.country
    return certified or accepts_country(law, home=home, recipient=known.country)


def _has_safeguard(matter: Matter, known: RecipientFacts) -> bool:
    if known.safeguard is None:
        return False
    return known.safeguard_until is None or matter.day <= known.safeguard_until
