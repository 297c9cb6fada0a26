"""Windows SharePoint Services beside Exchange: whether they leave its paths alone (KB 823265)."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.exchange.reading import Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.facts.unknown import Pending, PendingFact, Unknown, UnknownFact, known
from exgate.facts.wire import Answered, Probe

NOT_FOUND, MULTI_STATUS = 404, 207


@dataclass(frozen=True, slots=True)
class SharePointBeside:
    """SharePoint on Exchange's web site; raises `UnknownFact` when what it needs could not be read."""

    server: ExchangeServer

    @property
    def leaves_exchange_alone(self) -> Reading:
        """Whether the mobile virtual directory is Exchange's and not SharePoint's.

        The excluded paths stand in SharePoint's database, and stsadm.exe of version 2.0 has no operation that lists
        them: the wire alone tells.

        Raises:
            Moot: SharePoint is not installed, or not on this web site.
        """
        found = known(self.server.facts.sharepoint)
        if not found.installed:
            raise Moot("Windows SharePoint Services are not installed")
        vdir = self.server.mobile_vdir
        sites = known(found.extended_sites)
        if int(vdir.site_number) not in sites:
            shown = ", ".join(map(str, sites))
            message = f"Windows SharePoint Services extend web site {shown}, and {vdir} is on another"
            raise Moot(message)
        self._check_that_nothing_is_pending()
        for answered in self._answers(Probe.GET, Probe.PROPFIND, Probe.OMA, Probe.ACTIVESYNC):
            if answered.answer.status == NOT_FOUND:
                return Reading.no(
                    f"SharePoint Services on the web site of {vdir} take a path of Exchange: {answered}; demanded: an "
                    "exclusion among their managed paths"
                )
        for answered in self._answers(Probe.MAILBOX):
            if answered.answer.status == MULTI_STATUS and answered.answer.multistatus:
                return Reading.yes(
                    f"SharePoint Services leave {vdir} alone: {answered}; what was not asked does not show"
                )
        raise UnknownFact(
            Unknown(
                f"whether SharePoint Services on web site {vdir.site_number} leave {vdir} alone is not known: stsadm "
                "2.0 cannot list excluded paths, and nothing on the wire proves it",
                f"look at Define managed paths in SharePoint Central Administration{self._or_a_mailbox}",
            )
        )

    def _check_that_nothing_is_pending(self) -> None:
        """Leave to the day after a planned change what only the wire can tell.

        Raises:
            PendingFact: The virtual directory's answers are those of before the change.
        """
        wire = self.server.facts.wire
        answers = () if isinstance(wire, Unknown) else wire.answers.values()
        for answer in answers:
            if isinstance(answer, Pending):
                raise PendingFact(answer)

    @property
    def _or_a_mailbox(self) -> str:
        """Say that a mailbox would tell, where a mailbox can be asked from another machine."""
        return "" if self.server.uses_method_2 else ", or give a test_mailbox"

    def _answers(self, *probes: Probe) -> list[Answered]:
        wire = self.server.facts.wire
        if isinstance(wire, Unknown):
            return []
        answers = (wire.answers.get(probe) for probe in probes)
        return [answer for answer in answers if isinstance(answer, Answered)]
