//! What the evals answer: closed forms, and differences of their own functions at small sizes.

use backprop_gradbench::protocol::answer;
use serde_json::{Value, json};

/// What a function of an eval gives for an input.
fn ask(module: &str, function: &str, input: &Value) -> Value {
    let message =
        json!({ "id": 1, "kind": "evaluate", "module": module, "function": function, "input": input });
    let mut answer = answer(message.to_string().as_bytes());
    assert_eq!(answer["success"], true, "{module} {function}: {}", answer["error"]);
    answer["output"].take()
}

/// All numbers in a value, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(n) => vec![n.as_f64().unwrap()],
        Value::Array(parts) => parts.iter().flat_map(numbers).collect(),
        Value::Object(fields) => fields.values().flat_map(numbers).collect(),
        other => panic!("no number: {other}"),
    }
}

fn assert_close(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    let scale = expected.iter().fold(0.0, |s: f64, e| s.max(e.abs()));
    for (i, (g, e)) in got.iter().zip(expected).enumerate() {
        assert!((g - e).abs() <= tolerance * scale, "{i}: {g} instead of {e}, of {scale}");
    }
}

/// The places of the numbers in a value.
fn places(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Array(parts) => {
            (0..parts.len()).flat_map(|i| places(&parts[i], &format!("{at}/{i}"))).collect()
        }
        _ => vec![at.to_owned()],
    }
}

/// The derivatives of all outputs by the number at each of the places: a column for each, by differences of fourth order.
fn differences(module: &str, function: &str, input: &Value, places: &[String]) -> Vec<Vec<f64>> {
    let column = |place: &String| {
        let at = |h: f64| {
            let mut input = input.clone();
            let number = input.pointer_mut(place).unwrap();
            *number = json!(number.as_f64().unwrap() + h);
            numbers(&ask(module, function, &input))
        };
        let h = 1e-3;
        let [a, b, c, d] = [at(-2.0 * h), at(-h), at(h), at(2.0 * h)];
        let difference = |i: usize| (a[i] - 8.0 * b[i] + 8.0 * c[i] - d[i]) / (12.0 * h);
        (0..a.len()).map(difference).collect()
    };
    places.iter().map(column).collect()
}

/// Compares the gradient of an eval with differences, by all numbers of some fields, in the order of the output.
fn assert_gradient(module: &str, [value, gradient]: [&str; 2], input: &Value, fields: &[&str]) {
    let places: Vec<String> =
        fields.iter().flat_map(|field| places(&input[*field], &format!("/{field}"))).collect();
    let expected: Vec<f64> =
        differences(module, value, input, &places).into_iter().map(|c| *c.last().unwrap()).collect();
    assert_close(&numbers(&ask(module, gradient, input)), &expected, 1e-9);
}

/// Some numbers from -½ to ½.
fn some(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

fn some_rows(rows: usize, width: usize, seed: u64) -> Vec<Vec<f64>> {
    some(rows * width, seed).chunks(width).map(<[f64]>::to_vec).collect()
}

#[test]
fn llsq() {
    // Three points, -1, 0 and 1, and a straight line: residuals -1 - a + b, -a and 1 - a - b.
    let (a, b) = (0.25, 0.5);
    let input = json!({ "x": [a, b], "n": 3 });
    let residuals = [-1.0 - a + b, -a, 1.0 - a - b];
    let value: f64 = residuals.iter().map(|r| r * r).sum::<f64>() / 2.0;
    assert_eq!(ask("llsq", "primal", &input), json!(value));
    let expected = [-residuals.iter().sum::<f64>(), residuals[0] - residuals[2]];
    assert_close(&numbers(&ask("llsq", "gradient", &input)), &expected, 1e-15);
    assert_gradient("llsq", ["primal", "gradient"], &json!({ "x": some(9, 1), "n": 40 }), &["x"]);
}

#[test]
fn lse() {
    let x: [f64; 4] = [0.125, 0.875, -300.0, 0.5];
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    let input = json!({ "x": x });
    assert_close(&numbers(&ask("lse", "primal", &input)), &[sum.ln()], 1e-15);
    assert_close(&numbers(&ask("lse", "gradient", &input)), &x.map(|x| x.exp() / sum), 1e-15);
}

fn model(d: usize, k: usize, n: usize, m: i32) -> Value {
    json!({
        "d": d, "k": k, "n": n, "m": m, "gamma": 1.25, "alpha": some(k, 1), "mu": some_rows(k, d, 2),
        "q": some_rows(k, d, 3), "l": some_rows(k, d * (d - 1) / 2, 4), "x": some_rows(n, d, 5),
    })
}

#[test]
fn gmm() {
    // The output's fields are in the order of the alphabet.
    assert_gradient("gmm", ["objective", "jacobian"], &model(3, 2, 5, 2), &["alpha", "l", "mu", "q"]);
    assert_gradient("gmm", ["objective", "jacobian"], &model(2, 4, 3, 0), &["alpha", "l", "mu", "q"]);
    // One Gaussian in two dimensions with the precision of one, at its centre: each point has the density 1 / 2π, and
    // the prior is that of Wishart, with the constant of 3 degrees of freedom.
    let input = json!({ "d": 2, "k": 1, "n": 1, "m": 0, "gamma": 1.0, "alpha": [0.5], "mu": [[1.0, 2.0]],
        "q": [[0.0, 0.0]], "l": [[0.0]], "x": [[1.0, 2.0]] });
    let pi = std::f64::consts::PI;
    // Γ₂(3/2) = √π Γ(3/2) Γ(1) = π / 2.
    let constant = -6.0 * 0.5 * 2_f64.ln() - (pi / 2.0).ln();
    let expected = -(2.0 * pi).ln() - 0.5 * 2.0 + constant;
    assert_close(&numbers(&ask("gmm", "objective", &input)), &[expected], 1e-14);
}

#[test]
fn ba() {
    let camera = [0.1, -0.2, 0.3, 0.5, -0.25, 4.0, 800.0, 3.0, -2.0, 0.01, -0.02];
    let input = json!({ "n": 2, "m": 3, "p": 4, "cam": camera, "x": [0.5, 1.0, -2.0], "w": 0.75, "feat": [10.0, 20.0] });
    let jacobian = ask("ba", "jacobian", &input);
    let fields: Vec<String> = (0..11)
        .map(|i| format!("/cam/{i}"))
        .chain((0..3).map(|i| format!("/x/{i}")))
        .chain(["/w".to_owned()])
        .collect();
    let columns = differences("ba", "objective", &input, &fields);
    // The outputs: two errors, how many there are, and the same for the weights.
    let row = |r: usize| columns.iter().map(|c| c[r]).collect::<Vec<f64>>();
    let values = numbers(&jacobian["vals"]);
    assert_close(&values[..15], &row(0), 1e-9);
    assert_close(&values[15..30], &row(1), 1e-9);
    assert_close(&values[30..], &[-1.5], 1e-15);
    // Twelve rows of 15 numbers or, for the weights, one.
    let rows: Vec<usize> = (0..=8).map(|i| 15 * i).chain(121..=124).chain([124]).collect();
    assert_eq!(jacobian["rows"], json!(rows));
    let columns: Vec<usize> = (0..11).chain(22..25).chain([31]).collect();
    let expected: Vec<usize> = columns.iter().chain(&columns).copied().chain([34]).collect();
    assert_eq!(jacobian["cols"], json!(expected));
    // Without a turn the formula is another one.
    let still = json!({ "n": 1, "m": 1, "p": 1, "cam": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0],
        "x": [1.0, 2.0, 4.0], "w": 1.0, "feat": [0.0, 0.0] });
    assert_eq!(ask("ba", "objective", &still)["reproj_error"]["elements"], json!([0.5, 1.0]));
    let values = numbers(&ask("ba", "jacobian", &still)["vals"]);
    // x = f p₁ / p₃ where p is x + r × x: by the second turn, f (1 + p₁² / p₃²).
    assert_close(&[values[1], values[3], values[6]], &[2.0 * (1.0 + 1.0 / 16.0), -0.5, 0.25], 1e-15);
}

/// A hand of 22 bones and four vertices.
fn hand(with_us: bool, mirrored: bool) -> Value {
    let matrices = |seed| -> Vec<Value> {
        let rows = |m: &[f64]| {
            let mut rows: Vec<Vec<f64>> = m.chunks(4).map(<[f64]>::to_vec).collect();
            rows[3] = vec![0.0, 0.0, 0.0, 1.0];
            json!(rows)
        };
        some(22 * 16, seed).chunks(16).map(rows).collect()
    };
    let parents: Vec<i64> = (0..22).map(|i| if i % 4 == 1 { 0 } else { i - 1 }).collect();
    let positions: Vec<[f64; 4]> = some_rows(4, 3, 8).iter().map(|p| [p[0], p[1], p[2], 1.0]).collect();
    json!({
        "theta": some(26, 7), "us": if with_us { some_rows(3, 2, 9) } else { vec![] },
        "data": {
            "correspondences": [1, 0, 1], "points": some_rows(3, 3, 10),
            "model": {
                "bone_count": 22, "bone_names": (0..22).map(|i| format!("bone {i}")).collect::<Vec<_>>(),
                "parents": parents, "base_relatives": matrices(11), "inverse_base_absolutes": matrices(12),
                "base_positions": positions, "weights": some_rows(4, 22, 13), "triangles": [[0, 1, 2], [3, 1, 0]],
                "is_mirrored": mirrored,
            },
        },
    })
}

#[test]
fn ht() {
    for (with_us, mirrored) in [(true, false), (false, true)] {
        let input = hand(with_us, mirrored);
        let theta: Vec<String> = (0..26).map(|i| format!("/theta/{i}")).collect();
        let mut columns = differences("ht", "objective", &input, &theta);
        if with_us {
            // A point's own pair alone moves it: two columns have all of them.
            let us = |j: usize| (0..3).map(|i| format!("/us/{i}/{j}")).collect::<Vec<_>>();
            let packed = |j| {
                let by_point = differences("ht", "objective", &input, &us(j));
                (0..9).map(|row| by_point[row / 3][row]).collect::<Vec<f64>>()
            };
            columns.splice(0..0, [packed(0), packed(1)]);
        }
        let jacobian = ask("ht", "jacobian", &input);
        assert_eq!(jacobian.as_array().unwrap().len(), 9);
        for (row, got) in jacobian.as_array().unwrap().iter().enumerate() {
            let expected: Vec<f64> = columns.iter().map(|c| c[row]).collect();
            assert_close(&numbers(got), &expected, 1e-9);
        }
    }
}

#[test]
fn lstm() {
    let bits: Vec<Vec<f64>> =
        some_rows(5, 3, 4).iter().map(|r| r.iter().map(|v| f64::from(*v > 0.0)).collect()).collect();
    let input = json!({ "main_params": some_rows(4, 12, 1), "extra_params": some_rows(3, 3, 2),
        "state": some_rows(4, 3, 3), "sequence": bits });
    assert_gradient("lstm", ["objective", "jacobian"], &input, &["main_params", "extra_params"]);
}

#[test]
fn kmeans() {
    let input = json!({ "points": [[0.0, 1.0], [1.0, 0.0], [10.0, 10.0], [11.0, 13.0], [9.0, 10.0]],
        "centroids": [[1.0, 1.0], [8.0, 9.0]] });
    assert_eq!(ask("kmeans", "cost", &input), json!(1.0 + 1.0 + 5.0 + 25.0 + 2.0));
    // A centroid less the mean of its points.
    assert_close(&numbers(&ask("kmeans", "dir", &input)), &[0.5, 0.5, -2.0, -2.0], 1e-15);
}

#[test]
fn det() {
    let a = [[2.0, -1.0, 0.5], [0.25, 3.0, 1.0], [-2.0, 0.75, 1.5]];
    // The gradient is the matrix of cofactors.
    let cofactor = |i: usize, j: usize| {
        let [i1, i2, j1, j2] = [(i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3];
        a[i1][j1] * a[i2][j2] - a[i1][j2] * a[i2][j1]
    };
    let cofactors: Vec<f64> = (0..9).map(|at| cofactor(at / 3, at % 3)).collect();
    let value: f64 = (0..3).map(|j| a[0][j] * cofactors[j]).sum();
    let input = json!({ "A": a.as_flattened(), "ell": 3 });
    assert_close(&numbers(&ask("det", "primal", &input)), &[value], 1e-15);
    assert_close(&numbers(&ask("det", "gradient", &input)), &cofactors, 1e-15);
    assert_gradient("det", ["primal", "gradient"], &json!({ "A": some(25, 1), "ell": 5 }), &["A"]);
    assert_eq!(ask("det", "gradient", &json!({ "A": [4.0], "ell": 1 })), json!([1.0]));
}

#[test]
fn ode() {
    // The last of three numbers is x₁ x₂ x₃ t³ / 3! of the exact solution, whose steps Runge and Kutta's method makes
    // without an error up to the fourth power.
    let x = [0.5, 0.75, 2.0];
    let input = json!({ "x": x, "s": 4 });
    let last = x.iter().product::<f64>() * 8.0 / 6.0;
    assert_close(&numbers(&ask("ode", "primal", &input))[2..], &[last], 1e-15);
    assert_close(&numbers(&ask("ode", "gradient", &input)), &x.map(|x| last / x), 1e-14);
    // Of more numbers than that, the steps themselves are differentiated.
    let x: Vec<f64> = some(7, 1).iter().map(|v| v + 1.5).collect();
    assert_gradient("ode", ["primal", "gradient"], &json!({ "x": x, "s": 3 }), &["x"]);
}

#[test]
fn particle() {
    for function in ["rr", "ff", "fr", "rf"] {
        let found = ask("particle", function, &json!({ "w": 0.0 }));
        assert!((found.as_f64().unwrap() - 0.207_191_874_6).abs() < 1e-9, "{function}: {found}");
    }
}

#[test]
fn saddle() {
    for function in ["rr", "ff", "fr", "rf"] {
        let found = ask("saddle", function, &json!({ "start": [1.0, 1.0] }));
        assert_close(&numbers(&found), &[8.246_324_826_140_356e-6; 4], 1e-12);
    }
}
