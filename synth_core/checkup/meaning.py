"""What an answer means to a person: what is missing, and what gives it."""

from __future__ import annotations

from synth_core.checkup.answers import Answer, Outcome
from synth_core.checkup.report import Result, State
from synth_core.checkup.roles import Resource, grant, role_of

SIGN_IN = "gcloud auth application-default login"
_HINTS = {
    Outcome.QUOTA: "Raise the quota in the console under IAM & Admin, Quotas, or wait until it is renewed.",
    Outcome.NO_BILLING: "Link a billing account to the project.",
    Outcome.BUSY: "Try again; if it stays so, look whether this machine reaches the service.",
}
_WORDS = {
    Outcome.QUOTA: "a quota is used up",
    Outcome.NO_BILLING: "no billing account is linked",
    Outcome.BUSY: "the service gave no answer that counts",
    Outcome.FAILED: "it failed",
}


def result_of(
    check: str,
    answer: Answer,
    *,
    doing: str,
    resource: Resource,
    project: str,
    service: str,
    absent: str = "Check how it is spelled.",
) -> Result:
    """`doing` is what was tried, as in "run queries"; `absent` says what to do where the thing is not there. `project`
    is the one that pays for the calls, in which the service's interface must be enabled."""
    about = str(resource)
    said = f" {answer.said}".rstrip()
    if answer.is_fine:
        state = State.LOOK if answer.partly else State.OK
        return Result(check=check, about=about, state=state, message=answer.partly or f"Can {doing}.")

    def missing(message: str, hint: str, **more: str) -> Result:
        return Result(check=check, about=about, state=State.MISSING, message=message, hint=hint, **more)

    if answer.outcome is Outcome.UNKNOWN:
        return Result(
            check=check,
            about=about,
            state=State.LOOK,
            message=f"It could not be found out whether we can {doing}.{said}",
            hint="A stand-in may not know such a call.",
        )
    if answer.outcome is Outcome.SIGNED_OUT:
        return missing(f"The credentials were refused.{said}", f"Run `{SIGN_IN}`.", command=SIGN_IN)
    if answer.outcome is Outcome.DISABLED:
        return missing(
            f"{service} is not enabled in project {project}.",
            "Enable it; that takes a few minutes to hold everywhere.",
            command=f"gcloud services enable {service} --project={project}",
        )
    if answer.outcome is Outcome.ABSENT:
        return missing(f"The {resource.kind} is not there, or may not be seen.{said}", absent)
    if answer.outcome is Outcome.FORBIDDEN:
        return _forbidden(check, answer, doing=doing, resource=resource, project=project)
    return missing(
        f"Can't {doing}: {_WORDS[answer.outcome]}.{said}",
        _HINTS.get(answer.outcome, "What the service says is all that is known."),
    )


def _forbidden(check: str, answer: Answer, *, doing: str, resource: Resource, project: str) -> Result:
    """A permission is missing: which, and the role that gives it."""
    permission = answer.permission
    role = role_of(permission)
    on = Resource(kind="project", name=project) if permission.startswith("serviceusage.") else resource
    what = f"the permission {permission} on {on} is missing" if permission else "a permission is missing"
    return Result(
        check=check,
        about=str(resource),
        state=State.MISSING,
        message=f"Can't {doing}: {what}.{f' {answer.said}' if answer.said else ''}",
        hint=f"The role {role} gives it." if role else "Ask whoever manages the project for it.",
        permission=permission,
        role=role,
        command=grant(role, on) if role else "",
    )
