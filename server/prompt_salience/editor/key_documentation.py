"""What the keys of front matter and of files of values mean, in a sentence each."""

from __future__ import annotations

from collections.abc import Mapping

FRONT_MATTER: Mapping[str, str] = {
    "name": "What the prompt is called.",
    "description": "What the prompt is for.",
    "authors": "Who wrote it.",
    "version": "Which version of the prompt this is.",
    "tags": "Words to find it by.",
    "inputs": "The variables of the prompt, each with its kind and an example.",
    "outputs": "What the answer looks like.",
    "sample": "Values of the variables, as version 1 of Prompty has them.",
    "target": "The text to explain instead of the model's answer.",
    "template": "The template language; this must be jinja2.",
    "model": "The model that other tools call. It has no meaning here.",
    "tools": "The tools that other programs offer to the model. They have no meaning here.",
    "metadata": "Anything else that other tools want to know.",
    "displayName": "What the prompt is called where there is room for more than a name.",
}
INPUT: Mapping[str, str] = {
    "kind": "What the value is: string, integer, float, number, boolean, array or object.",
    "example": "The value that the prompt is shown with.",
    "default": "The value where there is no example.",
    "sample": "The value where there is no example, as version 1 of Prompty has it.",
    "description": "What the variable means.",
    "required": "Whether a value must be given.",
    "name": "The name of the variable, where inputs are a list.",
    "title": "What people call the variable.",
    "enumValues": "The values that are allowed.",
}
SIDECAR: Mapping[str, str] = {
    "values": "Values of variables, for all cases.",
    "cases": "Several ways to fill the template, each with a name.",
    "target": "The text to explain instead of the model's answer.",
    "source": "Where this comes from.",
}
CASE: Mapping[str, str] = {
    "values": "Values of variables in this case; they win over those for all cases.",
    "target": "The text to explain instead of the model's answer.",
    "source": "Where this case comes from.",
    "name": "What the case is chosen by, where cases are a list.",
}
ROW: Mapping[str, str] = {
    "prompt": "The text that the model gets.",
    "target": "The text to explain instead of the model's answer.",
    "source": "Where this prompt comes from; also its name where no other row has the same.",
}
ROLES: Mapping[str, str] = {
    "system": "What the model is told to be and to heed.",
    "developer": "What the model is told to be and to heed.",
    "user": "What the person says.",
    "assistant": "What the model says.",
    "tool": "What a tool answered.",
    "function": "What a function answered.",
}
