//! The protocol: what is answered to what, and that nothing that comes in ends the session.

use std::io::Write;
use std::process::{Command, Stdio};

use backprop_gradbench::evals::EVALS;
use backprop_gradbench::protocol::answer;
use serde_json::{Value, json};

fn answered(message: Value) -> Value {
    answer(message.to_string().as_bytes())
}

#[test]
fn a_session() {
    assert_eq!(
        answered(json!({ "id": 0, "kind": "start", "eval": "hello" })),
        json!({ "id": 0, "tool": "backprop" })
    );
    let define = json!({ "id": 1, "kind": "define", "module": "hello" });
    assert_eq!(answered(define), json!({ "id": 1, "success": true }));
    let evaluate = |function: &str, input| json!({ "id": 2, "kind": "evaluate", "module": "hello", "function": function, "input": input });
    for (function, input, output) in [("square", 3.0, 9.0), ("double", 9.0, 18.0)] {
        let got = answered(evaluate(function, input));
        assert_eq!((&got["id"], &got["success"], &got["output"]), (&json!(2), &json!(true), &json!(output)));
        assert_eq!(got["timings"].as_array().unwrap().len(), 1);
        assert_eq!(got["timings"][0]["name"], "evaluate");
        assert!(got["timings"][0]["nanoseconds"].is_u64());
    }
    assert_eq!(answered(json!({ "id": 3, "kind": "analysis", "of": 2, "valid": true })), json!({ "id": 3 }));
}

#[test]
fn runs_as_often_as_asked() {
    let ask = |runs: Value| {
        let mut input = json!({ "x": [0.5, 0.25] });
        input.as_object_mut().unwrap().append(&mut runs.as_object().unwrap().clone());
        let message =
            json!({ "id": 1, "kind": "evaluate", "module": "lse", "function": "gradient", "input": input });
        let got = answered(message);
        let times: Vec<u64> =
            got["timings"].as_array().unwrap().iter().map(|t| t["nanoseconds"].as_u64().unwrap()).collect();
        times
    };
    assert_eq!(ask(json!({})).len(), 1);
    assert_eq!(ask(json!({ "min_runs": 7, "min_seconds": 0.0 })).len(), 7);
    let long = ask(json!({ "min_runs": 1, "min_seconds": 0.001 }));
    assert!(long.iter().sum::<u64>() >= 1_000_000);
    assert!(long[..long.len() - 1].iter().sum::<u64>() < 1_000_000);
}

/// The error that something is answered with.
fn error(message: &Value) -> String {
    let got = answered(message.clone());
    assert_eq!((&got["id"], &got["success"]), (&message["id"], &json!(false)), "{got}");
    got["error"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_unknown_is_an_error() {
    let cases = [
        (json!({ "id": 1, "kind": "define", "module": "fft" }), "no module \"fft\""),
        (json!({ "id": 1, "kind": "define" }), "no string as its module"),
        (json!({ "id": 1, "kind": "dance" }), "kind \"dance\""),
        (json!({ "id": 1 }), "no string as its kind"),
        (json!({ "id": 1, "kind": 4 }), "no string as its kind"),
        (json!({ "id": "one", "kind": "start" }), "no number as its id"),
        (json!({ "kind": "start" }), "no number as its id"),
        (json!([1, 2]), "no number as its id"),
        (json!({ "id": 1, "kind": "evaluate", "module": "lse" }), "no string as its function"),
        (json!({ "id": 1, "kind": "evaluate", "module": "lse", "function": "hvp" }), "no function \"hvp\""),
        (json!({ "id": 1, "kind": "evaluate", "module": "lse", "function": "primal" }), "no input"),
    ];
    for (message, text) in cases {
        assert!(error(&message).contains(text), "{message} {}", error(&message));
    }
    for line in [&b"{"[..], b"\xff\xfe", b"nonsense", &[b'['; 4096]] {
        let got = answer(line);
        assert_eq!((&got["id"], &got["success"]), (&Value::Null, &json!(false)), "{got}");
    }
}

#[test]
fn wrong_inputs_are_errors() {
    let inputs = [
        ("hello", "square", json!("two")),
        ("llsq", "gradient", json!({ "x": [1.0], "n": -3 })),
        ("lse", "primal", json!({ "x": [] })),
        (
            "gmm",
            "jacobian",
            json!({ "d": 2, "k": 1, "n": 1, "x": [[1.0]], "m": 0, "gamma": 1.0, "alpha": [1.0],
            "mu": [[0.0, 0.0]], "q": [[0.0, 0.0]], "l": [[0.0]] }),
        ),
        (
            "gmm",
            "objective",
            json!({ "d": 0, "k": 0, "n": 0, "x": [], "m": 0, "gamma": 1.0, "alpha": [],
            "mu": [], "q": [], "l": [] }),
        ),
        (
            "ba",
            "jacobian",
            json!({ "n": 0, "m": 1, "p": 1, "cam": vec![0.0; 11], "x": vec![0.0; 3], "w": 1.0, "feat": vec![0.0; 2] }),
        ),
        (
            "ba",
            "jacobian",
            json!({ "n": 1, "m": 1, "p": 1, "cam": [0.0], "x": vec![0.0; 3], "w": 1.0, "feat": vec![0.0; 2] }),
        ),
        (
            "lstm",
            "objective",
            json!({ "main_params": vec![[1.0; 4]], "extra_params": [[1.0], [1.0], [1.0]], "state": [[1.0]],
            "sequence": [[1.0], [0.0]] }),
        ),
        ("kmeans", "dir", json!({ "points": [], "centroids": [[1.0]] })),
        ("kmeans", "dir", json!({ "points": [[1.0], [1.0, 2.0]], "centroids": [[1.0]] })),
        ("det", "primal", json!({ "A": [1.0, 2.0, 3.0], "ell": 2 })),
        ("det", "primal", json!({ "A": [], "ell": 0 })),
        ("ode", "gradient", json!({ "x": [], "s": 3 })),
        ("particle", "rr", json!({ "w": null })),
        ("saddle", "rr", json!({ "start": [1.0] })),
        ("ht", "jacobian", json!({ "theta": vec![0.0; 26], "data": {}, "us": [] })),
    ];
    for (module, function, input) in inputs {
        let message =
            json!({ "id": 9, "kind": "evaluate", "module": module, "function": function, "input": input });
        let error = error(&message);
        assert!(error.starts_with("the input"), "{module}: {error}");
    }
    for eval in EVALS {
        for (function, _) in eval.functions {
            for input in [json!(null), json!([]), json!({ "x": "y" })] {
                error(
                    &json!({ "id": 9, "kind": "evaluate", "module": eval.name, "function": function, "input": input }),
                );
            }
        }
    }
}

/// The program itself: one line for each line, until there are no more.
#[test]
fn the_program_goes_on_after_errors() {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_backprop-gradbench"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines =
        "{\"id\":0,\"kind\":\"start\"}\nnonsense\n\n{\"id\":1,\"kind\":\"define\",\"module\":\"det\"}";
    tool.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = tool.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0], json!({ "id": 0, "tool": "backprop" }));
    assert_eq!(answers[1]["success"], false);
    assert_eq!(answers[2], json!({ "id": 1, "success": true }));
}
