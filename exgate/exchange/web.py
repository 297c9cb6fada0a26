"""What the web site answered, against what the article and the configuration demand."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.exchange.evidence import UNAUTHORIZED
from exgate.exchange.prediction import ADDRESS_REJECTED, FORBIDDEN, kind, predict
from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.exchange.vdir import NEGOTIATE, VirtualDirectory
from exgate.facts.http import HttpAnswer
from exgate.facts.role import MAILBOX_ROLES
from exgate.facts.unknown import Pending, PendingFact, Unknown, UnknownFact, known
from exgate.facts.wire import Answered, Probe, Wire

OK, MULTI_STATUS = 200, 207
PROTOCOL_VERSIONS = "ms-asprotocolversions"
_NO_MAILBOX = "no test_mailbox was named for it when it was asked"
_SERVER_ONLY = (
    "a secondary virtual directory lets in the server itself only, and this machine is another one: KB817379-61 judges "
    "that it is kept out"
)
_RESTART = "demanded: the same; a change is not in effect yet, restart the IIS Admin service (the article's step 23)"


@dataclass(frozen=True, slots=True)
class Web:
    """A server on the wire; every property raises `UnknownFact` when what it needs was not answered."""

    server: ExchangeServer

    @property
    def wire(self) -> Wire:
        """What was asked of the web site."""
        return known(self.server.facts.wire)

    @property
    def mobile_vdir_answers(self) -> Reading:
        """Whether the mobile virtual directory answers as it should from here.

        /Exchange: 401 that offers Negotiate. A secondary one: 403.6, unless this machine is the server itself.

        Raises:
            Moot: The virtual directory does not exist.
        """
        vdir = self._subject()
        from_outside = self.server.uses_method_2 and not self._on_the_server()
        for probe in (Probe.GET, Probe.PROPFIND):
            answered = self.wire.answered(probe)
            self._check_that_it_was_asked(self.server.mobile_vdir_name)
            problem = _keeps_out(answered.answer) if from_outside else _lets_in(answered.answer)
            if problem:
                return Reading.no(f"{vdir} does not answer as it should: {answered}; {problem}")
        shown = self.wire.answered(Probe.PROPFIND)
        return Reading.yes(f"{vdir} answers as it should: {shown}")

    @property
    def dav_log_on_works(self) -> Reading:
        """Whether a DAV log-on to the test mailbox with Negotiate gives 207.

        Raises:
            Moot: There is no test mailbox, or the virtual directory lets in the server only.
        """
        mailbox = self.wire.mailbox
        if mailbox is None:
            raise Moot(_NO_MAILBOX)
        self._subject()
        if self.server.uses_method_2 and not self._on_the_server():
            raise Moot(_SERVER_ONLY)
        if not self.wire.asked(Probe.MAILBOX):
            self.wire.answered(Probe.PROPFIND)
            reason = f"{self.server.mobile_vdir_name} does not ask for a log-on with {NEGOTIATE}"
            raise Blocked(reason, "KB817379-61")
        answered = self.wire.answered(Probe.MAILBOX)
        self._check_that_it_was_asked(self.server.mobile_vdir_name)
        if answered.answer.status == MULTI_STATUS and answered.answer.multistatus:
            return Reading.yes(f"the DAV log-on to {mailbox} works: {answered}")
        hint = " (the log-on was rejected)" if answered.answer.status == UNAUTHORIZED else ""
        return Reading.no(f"the DAV log-on to {mailbox} does not work: {answered}{hint}; demanded: 207 Multi-Status")

    @property
    def activesync_answers(self) -> Reading:
        """Whether OPTIONS of ActiveSync gives 401 without a log-on, and 200 with its protocol versions with one."""
        anonymous = self.wire.answered(Probe.ACTIVESYNC)
        if anonymous.answer.status != UNAUTHORIZED:
            return Reading.no(f"ActiveSync does not answer as it should: {anonymous}; demanded: 401 without a log-on")
        if self.wire.mailbox is None:
            return Reading.yes(f"ActiveSync answers: {anonymous}; with a log-on it was not asked: {_NO_MAILBOX}")
        logged_on = self.wire.answered(Probe.ACTIVESYNC_LOGGED_ON)
        if logged_on.answer.status == UNAUTHORIZED:
            raise UnknownFact(
                Unknown(
                    f"ActiveSync rejected the test mailbox's log-on: {logged_on}",
                    "check test_user and test_password by hand before the next run: each counts towards the lock-out",
                )
            )
        versions = logged_on.answer.headers.get(PROTOCOL_VERSIONS, "")
        if logged_on.answer.status != OK or not versions:
            shown = f"MS-ASProtocolVersions {versions or 'is missing'}"
            return Reading.no(
                f"ActiveSync does not answer as it should: logged on {logged_on}, {shown}; "
                "demanded: 200 with MS-ASProtocolVersions"
            )
        return Reading.yes(f"ActiveSync answers: logged on {logged_on}, MS-ASProtocolVersions {versions}")

    @property
    def oma_answers(self) -> Reading:
        """Whether GET of OMA gives 401 or 200."""
        answered = self.wire.answered(Probe.OMA)
        if answered.answer.status in (OK, UNAUTHORIZED):
            return Reading.yes(f"OMA answers: {answered}")
        return Reading.no(f"OMA does not answer as it should: {answered}; demanded: 401 or 200")

    @property
    def agrees_with_configuration(self) -> Reading:
        """Whether the wire shows what the written configuration predicts (the article's step 23).

        Raises:
            Moot: No HTTP port can be reached from here, or the wire shows what no setting of the vdir explains.
        """
        vdir = self._asked_vdir()
        answers = [self.wire.answers.get(probe) for probe in (Probe.GET, Probe.PROPFIND)]
        for answer in answers:
            if isinstance(answer, Pending):
                raise PendingFact(answer)
        answered = [answer for answer in answers if isinstance(answer, Answered)]
        if not answered:
            silent = next((answer.reason for answer in answers if isinstance(answer, Unknown)), "it was not asked")
            reason = f"the web site does not answer from here ({silent})"
            raise Blocked(reason, "KB817379-61" if self.server.role in MAILBOX_ROLES else "KB817379-64")
        self._check_that_it_was_asked(vdir.name)
        prediction = predict(vdir, self.wire.from_address)
        for answer in answered:
            if kind(answer.answer) is None:
                raise self._unexplained(f"{answer} is explained by no setting of {vdir}")
            if not prediction.agrees(answer.answer):
                return Reading.no(f"the wire shows {answer}, but the configuration says {prediction}; {_RESTART}")
        return Reading.yes(f"the wire shows {answered[-1]}, as the configuration says: {prediction}")

    def _check_that_it_was_asked(self, name: str) -> None:
        """Let no answer stand for another virtual directory.

        Raises:
            UnknownFact: Another one was asked for: the host had another role then.
        """
        if self.wire.vdir.lower() != name.lower():
            raise UnknownFact(
                Unknown(f"the web site was asked for {self.wire.vdir}, and not for {name}", "ask the server again")
            )

    def _subject(self) -> str:
        """Name the mobile virtual directory; the wire shows it as well where the metabase could not be read.

        Raises:
            Moot: It does not exist.
        """
        if isinstance(self.server.facts.metabase, Unknown):
            return self.server.mobile_vdir_name
        return str(self.server.mobile_vdir)

    def _asked_vdir(self) -> VirtualDirectory:
        if self.server.role in MAILBOX_ROLES:
            return self.server.mobile_vdir
        return self.server.default_vdir

    def _unexplained(self, reason: str) -> Exception:
        """Give what to raise for an answer that another requirement judges; on a front-end none asks /Exchange."""
        if self.server.role in MAILBOX_ROLES:
            return Blocked(reason, "KB817379-61")
        return UnknownFact(
            Unknown(reason, "look at the System log of the server (source W3SVC), and ask it by a browser")
        )

    def _on_the_server(self) -> bool:
        """Whether this machine is the server: it talked to itself, by one of the server's own addresses.

        Raises:
            UnknownFact: The server's addresses are not known; or both ends have the same address and still differ, as
                behind an address translation; or both are the loopback address.
        """
        mine, other = self.wire.from_address, self.wire.to_address
        own = known(self.server.facts.network).addresses
        if mine is None or mine != other:
            if mine in own:
                raise UnknownFact(
                    Unknown(
                        f"whether this machine is the server is not known: both have the address {mine}, but the "
                        f"connection goes to {other}",
                        "run the tests where no other network uses the server's addresses",
                    )
                )
            return False
        if mine.is_loopback and mine not in own:
            raise UnknownFact(
                Unknown(
                    f"whether this machine is the server is not known: it was asked at {mine}",
                    "give the server's own address or name in the inventory",
                )
            )
        return mine in own


def _lets_in(answer: HttpAnswer) -> str:
    """Say what is wrong with an answer where a log-on is wanted, "" where nothing is."""
    good = answer.status == UNAUTHORIZED and answer.offers(NEGOTIATE)
    return "" if good else f"demanded: 401 that offers {NEGOTIATE}"


def _keeps_out(answer: HttpAnswer) -> str:
    """Say what is wrong with an answer of a secondary virtual directory to another machine, "" where nothing is.

    Raises:
        UnknownFact: It is a 403 whose page does not say which.
    """
    if answer.status == FORBIDDEN and answer.sub_status is None:
        raise UnknownFact(
            Unknown(
                "the web site answers 403, but its page does not say why (403.6 is demanded)",
                "look at sc-substatus in IIS's log (W3SVC), or restore IIS's own page for 403.6",
            )
        )
    good = answer.status == FORBIDDEN and answer.sub_status == ADDRESS_REJECTED
    return "" if good else "demanded: 403.6, for only the server itself may ask it"
