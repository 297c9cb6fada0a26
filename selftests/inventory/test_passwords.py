import copy
import dataclasses
import pickle
import traceback

import pytest

from exgate.inventory import InventoryError, SecretKind
from exgate.inventory.secret_origins import Command, EnvironmentVariable, KeyringEntry, Prompt

FORMS = "{env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}"


@pytest.mark.parametrize(
    ("password", "origin"),
    (
        pytest.param("{env: P}", EnvironmentVariable("P"), id="env"),
        pytest.param("{keyring: svc}", KeyringEntry("svc", "EX\\u"), id="keyring"),
        pytest.param("{keyring: svc, username: other}", KeyringEntry("svc", "other"), id="keyring-of-another-user"),
        pytest.param("{command: pass show x}", Command("pass show x"), id="command-for-the-shell"),
        pytest.param("{command: [pass, show, 7]}", Command(("pass", "show", "7")), id="command-as-a-list"),
        pytest.param("{prompt: true}", Prompt("EX\\u"), id="prompt"),
        pytest.param("{prompt: yes}", Prompt("EX\\u"), id="prompt-yes"),
    ),
)
def test_reference_is_understood(host_settings, password, origin):
    reference = host_settings(f"role: sbs\nuser: EX\\u\npassword: {password}").password
    assert reference is not None
    assert (reference.origin, reference.source) == (origin, "inv.yml:6")


@pytest.mark.parametrize(
    ("variables", "message"),
    (
        pytest.param(
            "password: hunter2",
            f"password is in plain text; set password to {FORMS}, or accept the risk with allow_plaintext: true",
            id="plain-text",
        ),
        pytest.param(
            "password: 20030221",
            f"password is in plain text; set password to {FORMS}, or accept the risk with allow_plaintext: true",
            id="plain-number",
        ),
        pytest.param(
            "ansible_password: hunter2",
            f"ansible_password is in plain text; set password to {FORMS}, "
            "or accept the risk with allow_plaintext: true",
            id="ansible-plain-text",
        ),
        pytest.param(
            'ansible_password: "{{ hunter2 }}"',
            f"ansible_password is a Jinja template, which is not evaluated here; set password to {FORMS}",
            id="template",
        ),
        pytest.param(
            "ansible_password: !vault hunter2",
            f"ansible_password has the tag !vault, which is not evaluated here; set password to {FORMS}",
            id="vault",
        ),
        pytest.param(
            "password: !vault hunter2",
            f"password has the tag !vault, which is not evaluated here; set password to {FORMS}",
            id="vault-as-ours",
        ),
        pytest.param(
            "ansible_password: {env: P}",
            f"ansible_password is a mapping; set password to {FORMS}",
            id="ansible-reference",
        ),
        pytest.param("password: [hunter2]", f"password is a list; set password to {FORMS}", id="list"),
        pytest.param(
            "password: {}", f"password needs exactly one of env, keyring, command, prompt; {FORMS}", id="empty-mapping"
        ),
        pytest.param(
            "password: {enviroment: hunter2}",
            f"password needs exactly one of env, keyring, command, prompt; {FORMS}",
            id="misspelt-source",
        ),
        pytest.param(
            "password: {env: P, prompt: true}",
            f"password needs exactly one of env, keyring, command, prompt; {FORMS}",
            id="two-sources",
        ),
        pytest.param("password: {env: P, username: u}", 'password has "username", which env does not know', id="extra"),
        pytest.param("password: {env: 7}", "password by env is a whole number; expected a text", id="env-as-a-number"),
        pytest.param("password: {env: ''}", "password by env is empty; expected a text", id="env-empty"),
        pytest.param("password: {env: }", "password by env is empty; expected a text", id="env-null"),
        pytest.param("password: {keyring: [a]}", "password by keyring is empty; expected a text", id="keyring-list"),
        pytest.param(
            'password: {env: "{{ name }}"}',
            "password by env is a Jinja template, which is not evaluated here; write the value itself",
            id="template-in-a-reference",
        ),
        pytest.param(
            "password: {env: !vault hunter2}",
            "password by env has the tag !vault, which is not evaluated here; write the value itself",
            id="vault-in-a-reference",
        ),
        pytest.param(
            "password: {command: []}", "password by command is not a list of program and arguments", id="empty-command"
        ),
        pytest.param(
            "password: {command: [a, [b]]}",
            "password by command is not a list of program and arguments",
            id="nested-command",
        ),
        pytest.param(
            "password: {<<: hunter2}", "password: a text is merged; expected a mapping", id="malformed-mapping"
        ),
        pytest.param("password: {prompt: no}", "password by prompt is a boolean; expected true", id="no-prompt"),
        pytest.param("password: {prompt: u}", "password by prompt is a text; expected true", id="prompt-as-a-text"),
        pytest.param(
            "{password: hunter2, allow_plaintext: 1}",
            "allow_plaintext is a whole number; expected a boolean, yes or no",
            id="allow-plaintext-as-a-number",
        ),
        pytest.param(
            "{password: 007, allow_plaintext: true}",
            "password is a whole number; expected a text (put it in quotes)",
            id="allowed-number",
        ),
        pytest.param("{password: '', allow_plaintext: true}", "password is empty", id="allowed-but-empty"),
        pytest.param(
            "{transport: kerberos, password: hunter2}",
            f"password is in plain text; set password to {FORMS}, or accept the risk with allow_plaintext: true",
            id="plain-text-that-kerberos-does-not-need",
        ),
    ),
)
def test_wrong_password_is_refused_and_not_shown(host_settings, variables, message):
    line = variables if variables.startswith("{") else f"{{{variables}}}"
    with pytest.raises(InventoryError) as raised:
        host_settings(f"<<: {line}\nrole: sbs\nuser: u")
    assert str(raised.value) == f"inv.yml:4: host h: {message}"
    # pytest -l shows the variables of every frame.
    report = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    frames = [frame for frame in report.stack if "selftests" not in frame.filename]
    assert "hunter2" not in "".join(traceback.StackSummary.from_list(frames).format())


def test_keyring_needs_a_user_name(host_settings):
    with pytest.raises(InventoryError) as raised:
        host_settings("{role: sbs, transport: kerberos, password: {keyring: svc}}")
    assert str(raised.value) == (
        "inv.yml:4: host h: password by keyring needs a user name; set user, or username beside keyring"
    )


@pytest.fixture
def plaintext(load):
    """Inventory and settings of a host whose password hunter2 stands in the file, as its variables allow."""
    inventory = load("""
        all:
          vars: {allow_plaintext: true, user: u, role: sbs}
          hosts:
            ours: {password: hunter2}
            ansibles: {ansible_password: hunter2}
        """)
    return inventory, inventory.settings("ours"), inventory.settings("ansibles")


def test_allowed_plain_text_is_a_secret(plaintext):
    for settings in plaintext[1:]:
        assert settings.password.kind is SecretKind.PLAINTEXT
        assert settings.password.resolve().reveal() == "hunter2"


@pytest.mark.parametrize(
    "show",
    (
        pytest.param(repr, id="repr"),
        pytest.param(str, id="str"),
        pytest.param("{}".format, id="format"),
        pytest.param(lambda thing: f"{thing!s:>99}", id="f-string"),
        pytest.param(lambda thing: f"{thing.password}", id="reference"),
        pytest.param(lambda thing: repr(thing.password), id="reference-repr"),
        pytest.param(lambda thing: repr(thing.password.origin), id="origin-repr"),
        pytest.param(lambda thing: repr(dataclasses.replace(thing, name="x")), id="replaced"),
        pytest.param(
            lambda thing: repr([getattr(thing, field.name) for field in dataclasses.fields(thing)]), id="fields"
        ),
        pytest.param(lambda thing: repr(thing.password.resolve()), id="resolved"),
        pytest.param(lambda thing: repr(vars(thing.password.resolver)), id="resolver"),
    ),
)
def test_allowed_plain_text_is_not_shown(plaintext, show):
    settings = plaintext[1]
    settings.password.resolve()
    assert "hunter2" not in show(settings)


def test_inventory_does_not_show_plain_text(plaintext):
    inventory = plaintext[0]
    blocks = inventory._tree.variable_blocks()
    assert "hunter2" not in repr(inventory)
    assert "hunter2" not in repr(vars(inventory))
    assert "hunter2" not in repr(vars(inventory._tree))
    assert "hunter2" not in repr(blocks)


@pytest.mark.parametrize(
    "carry",
    (
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(dataclasses.asdict, id="asdict"),
    ),
)
def test_allowed_plain_text_is_not_carried_away(plaintext, carry):
    with pytest.raises(TypeError) as raised:
        carry(plaintext[1])
    assert str(raised.value) == "a secret cannot be pickled or copied"


def test_settings_without_plain_text_can_be_pickled(host_settings):
    settings = host_settings("{role: sbs, user: u, password: {env: P}}")
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own
