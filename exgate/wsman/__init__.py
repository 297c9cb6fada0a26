"""WS-Management over pywinrm: messages, answers, faults, the command shell."""
