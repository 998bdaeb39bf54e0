//! GradBench's protocol: a JSON object a line in, a JSON object with the same `id` out.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use crate::evals::{EVALS, Eval};
use crate::runs::Answer;

/// The answer to a line. There always is one: what is wrong with a message is said in its `error`.
pub fn answer(line: &[u8]) -> Value {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(e) => return failure(&Value::Null, format!("the message is not JSON: {e}")),
    };
    let id = &message["id"];
    match respond(&message) {
        Ok(Response::Noted) => json!({ "id": id }),
        Ok(Response::Started) => json!({ "id": id, "tool": "backprop" }),
        Ok(Response::Defined) => json!({ "id": id, "success": true }),
        Ok(Response::Evaluated(Answer { output, timings })) => {
            let timings: Vec<Value> =
                timings.iter().map(|ns| json!({ "name": "evaluate", "nanoseconds": ns })).collect();
            json!({ "id": id, "success": true, "output": output, "timings": timings })
        }
        Err(error) => failure(id, error),
    }
}

/// What a message is answered with, beside its `id`.
enum Response {
    Noted,
    Started,
    Defined,
    Evaluated(Answer),
}

fn failure(id: &Value, error: String) -> Value {
    json!({ "id": id, "success": false, "error": error })
}

fn respond(message: &Value) -> Result<Response, String> {
    if !message["id"].is_number() {
        return Err("the message has no number as its id".into());
    }
    match text(message, "kind")? {
        "start" => Ok(Response::Started),
        "define" => eval(message).map(|_| Response::Defined),
        "evaluate" => evaluate(message).map(Response::Evaluated),
        "analysis" => Ok(Response::Noted),
        other => Err(format!("no message is of the kind {other:?}")),
    }
}

/// A field that has to be a string.
fn text<'m>(message: &'m Value, field: &str) -> Result<&'m str, String> {
    message[field].as_str().ok_or_else(|| format!("the message has no string as its {field}"))
}

/// The eval that a message is about.
fn eval(message: &Value) -> Result<&'static Eval, String> {
    let module = text(message, "module")?;
    EVALS.iter().find(|e| e.name == module).ok_or_else(|| format!("there is no module {module:?} here"))
}

fn evaluate(message: &Value) -> Result<Answer, String> {
    let eval = eval(message)?;
    let function = text(message, "function")?;
    let Some((_, compute)) = eval.functions.iter().find(|(name, _)| *name == function) else {
        return Err(format!("the module {} has no function {function:?}", eval.name));
    };
    let input = message.get("input").ok_or("the message has no input")?;
    // Inputs are checked; a panic that is left is a failure of this evaluation, not the end of the session.
    catch_unwind(AssertUnwindSafe(|| compute(input))).unwrap_or_else(|panic| Err(reason(&*panic)))
}

/// What a panic says.
fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    format!("panic: {}", text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown"))
}
