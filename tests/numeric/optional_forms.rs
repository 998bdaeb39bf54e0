//! `Option`s and `Result`s of tuples, arrays and `Vec`s, in variables and behind the methods of `std`, and calls that
//! give them.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn root(x: $F) -> Result<$F, String> {
            if x < 0.0 { Err(format!("negative: {x}")) } else { Ok(x.sqrt()) }
        }

        #[backprop $options]
        pub fn inverse(x: $F) -> Option<$F> {
            if x.abs() < 0.25 { None } else { Some(1.0 / x) }
        }

        #[backprop $options]
        pub fn pair(x: $F, y: $F) -> Option<($F, $F)> {
            if x > 1.0 { None } else { Some((x * y, x + y.sin())) }
        }

        #[backprop $options]
        pub fn array(x: $F, y: $F) -> Result<[$F; 2], String> {
            if x > 1.0 { Err(String::new()) } else { Ok([x * y, x + y.sin()]) }
        }

        #[backprop $options]
        pub fn made_here(x: $F, y: $F) -> $F {
            let sure = Some(x * 2.0);
            let maybe = if x > y { Some(x) } else { None };
            sure.map_or(0.0, |t| t * t)
                + maybe.unwrap_or(y * 3.0)
                + maybe.unwrap_or_else(|| x * y) * maybe.unwrap_or_default()
                + maybe.and_then(|v| if v > 0.5 { Some(v * y) } else { None }).unwrap_or(x)
                + maybe.filter(|v| *v > 0.5).map_or_else(|| y, |v| v * y)
                + maybe.or(Some(x * x)).zip(sure).map(|(a, b)| a * b).unwrap_or(1.0)
                + if maybe.is_some_and(|v| v > y) { x } else { y }
                + (x > 0.0).then(|| x * y).unwrap_or(0.5)
                + (y > 0.0).then_some(x * y).unwrap_or(0.25)
        }
        case!($F $mode: made_here(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn of_parts(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let tuple = if x > y { Some((x, x * y)) } else { None };
            let counted = if x > y { Some((x, n)) } else { None };
            let row = if x > 0.0 { Some([x, x * y]) } else { None };
            let list = if y > 0.0 { Some(vec![x, x * y, y]) } else { None };
            let a = match tuple {
                Some((a, _)) if a > 1.0 => a * a,
                Some((_, b)) => b,
                None => y * y,
            };
            let b = match counted {
                Some((a, 0)) => a,
                Some((a, k)) => a * k as $F,
                None => y,
            };
            let c = if let Some([p, q]) = row { p * q } else { x };
            let d = match &list {
                Some(v) => v[0] * v[1] + v.iter().sum::<$F>(),
                None => y,
            };
            let e = list.unwrap_or_default();
            let f = tuple.map(|(a, b)| a * b).unwrap_or(1.0) + row.map_or(0.0, |r| r[0] - r[1]);
            a + b * c + d * e.iter().map(|v| v * v).sum::<$F>() + f
        }
        case!($F $mode: of_parts(by x: -2.0..2.0, by y: -2.0..2.0; 2));

        #[backprop $options]
        pub fn results_of_calls(x: $F, y: $F) -> $F {
            let Some((a, b)) = pair(x, y) else { return x * y };
            let c = match pair(y, x) {
                Some((p, _)) if p > 0.5 => p,
                Some(q) => q.0 * q.1,
                None => y,
            };
            let r = root(x);
            let d = match r {
                Ok(v) => v * y,
                Err(_) => y,
            };
            let p = pair(y, y);
            let e = if p.is_some() { p.unwrap().1 } else { x };
            let held = array(a, b);
            let v: [$F; 2] = held.unwrap_or([x, y]);
            a * b + c * d + e + v[0] * v[1]
        }
        case!($F $mode: results_of_calls(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn methods_of_results(x: $F, y: $F) -> $F {
            root(x).map(|v| v * y).ok().unwrap_or(x)
                + root(x).map_err(|e| format!("{e:?}")).map(|v| v + y).unwrap_or(2.0 * x)
                + root(x).ok().and_then(|v| inverse(v)).unwrap_or(y)
                + root(y).and_then(|v| root(v + y)).unwrap_or(y)
                + root(y).ok().and_then(inverse).unwrap_or(y)
                + root(x).or_else(|_| root(-x)).unwrap_or(y)
                + inverse(x).or(inverse(y)).unwrap_or(0.0)
                + inverse(x).or_else(|| inverse(y)).unwrap_or(0.0)
                + inverse(x).zip(inverse(y)).map(|(a, b)| a * b).unwrap_or(0.0)
        }
        case!($F $mode: methods_of_results(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn in_loops(xs: &[$F]) -> $F {
            let mut total = 0.0;
            let mut last = None;
            let mut row: Option<[$F; 2]> = None;
            let mut best: Option<(usize, $F)> = None;
            for i in 0..xs.len() {
                let r = inverse(xs[i]);
                if let Some(v) = r {
                    total += v * xs[0];
                } else {
                    total -= xs[i];
                    continue;
                }
                if let Some(p) = last {
                    total += p * xs[i];
                }
                last = if i % 3 == 2 { None } else { Some(xs[i] * total) };
                if let Some([p, q]) = row {
                    total += (p - q).sin();
                }
                row = Some([xs[i], xs[i] * xs[i]]);
                match best {
                    Some((_, b)) if b >= xs[i] => {}
                    _ => best = Some((i, xs[i])),
                }
            }
            match best {
                Some((i, v)) => total + v * i as $F,
                None => total,
            }
        }
        case!($F $mode: in_loops(slice xs: -2.0..2.0 => [0.0; 6]));

        #[backprop $options]
        pub fn left_from_loops(x: $F, y: $F) -> $F {
            let mut t = x;
            for i in 0..4 {
                let Some(v) = inverse(t) else { break };
                let r = root(v + i as $F);
                match r {
                    Ok(w) if w > 1.5 => t += w * 0.1,
                    Ok(w) => t = w * y + 0.3,
                    Err(_) => return t * y,
                }
            }
            let mut k = 0;
            while let Some(v) = inverse(t) {
                t = t * 0.5 + v * y * 0.01;
                k += 1;
                if k > 3 {
                    break;
                }
            }
            t
        }
        case!($F $mode: left_from_loops(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn chosen_by_match(x: $F, y: $F, #[no_grad] n: usize, #[no_grad] scale: Option<$F>) -> $F {
            let mut total = scale.unwrap_or(x) + scale.map_or(y, |s| x * s);
            for k in 0..n {
                let m = match k {
                    0 => None,
                    1 => Some(x),
                    _ => inverse(y),
                };
                let r: Result<$F, &str> = match k {
                    0 => Err("none"),
                    1 => Ok(x * y),
                    _ => Ok(y),
                };
                let f = |t: $F| if t > 0.5 { Some(t * y) } else { None };
                let (a, b) = match (m, inverse(x)) {
                    (Some(a), Some(b)) => (a, b),
                    (Some(a), None) => (a, x),
                    (None, Some(b)) => (y, b * b),
                    (None, None) => (x, y),
                };
                total += m.unwrap_or(x * y) * r.unwrap_or(x) + f(x).unwrap_or(y) + a * b;
            }
            total
        }
        case!($F $mode: chosen_by_match(by x: -2.0..2.0, by y: -2.0..2.0; 3, Some(1.5)));

        #[backprop $options]
        pub fn mapped_result(x: $F, y: $F) -> Result<$F, String> {
            root(x).map(|v| v * y)
        }
        #[backprop $options]
        pub fn through_errors(x: $F, y: $F, #[no_grad] k: usize) -> Result<$F, String> {
            let m = if x > y { Some(x) } else { None };
            let a = m.ok_or_else(|| format!("{x} is not above {y}"));
            let b = match k {
                0 => m.ok_or("nothing")?,
                1 => root(x).map(|v| v + 1.0)?,
                _ => root(y * y).map(|v| v * x).map_err(|e| e + "!")?,
            };
            mapped_result(b * b, y).map(|v| v * a.unwrap_or(x))
        }
        #[backprop $options]
        pub fn all_ways(x: $F, y: $F) -> $F {
            (0..3).map(|k| through_errors(x, y, k).unwrap_or(x * y)).sum::<$F>()
        }
        case!($F $mode: all_ways(by x: -2.0..2.0, by y: -2.0..2.0));
    };
}
instances!(functions);

#[test]
fn errors_are_those_of_the_function() {
    assert_eq!(double::through_errors_grad(1.0, 2.0, 0), Err("nothing".to_string()));
    assert_eq!(double::through_errors_grad(-1.0, -2.0, 1), Err("negative: -1".to_string()));
    assert_eq!(double::mapped_result_grad(-1.0, 2.0), Err("negative: -1".to_string()));
    assert_eq!(double::mapped_result_grad(4.0, 3.0), Ok((6.0, (0.75, 2.0))));
}

#[test]
fn errors_of_calls_are_bound() {
    use double::root;

    #[backprop]
    fn handed_on(x: f64, y: f64) -> Result<f64, String> {
        let mut total = 0.0;
        for i in 0..3 {
            let v = match root(x + i as f64) {
                Ok(v) => v,
                Err(e) => return Err(format!("{i}: {e}")),
            };
            total += v * y;
        }
        Ok(total)
    }
    #[backprop]
    fn filled(x: f64, out: &mut [f64]) -> Result<(), String> {
        if x > 5.0 {
            return Err("large".to_string());
        }
        for i in 0..out.len() {
            out[i] = x * x * i as f64;
        }
        Ok(())
    }
    #[backprop]
    fn through_outputs(x: f64) -> Result<f64, String> {
        let mut out = [0.0; 3];
        if let Err(e) = filled(x, &mut out) {
            return Err(e + "!");
        }
        match filled(x * 2.0, &mut out[2..]) {
            Ok(()) => {}
            Err(e) => return Err(e.into()),
        }
        Ok(out[1] + out[2])
    }
    assert_eq!(handed_on_grad(-1.5, 1.0), Err("0: negative: -1.5".to_string()));
    let (value, (_, dy)) = handed_on_grad(0.0, 3.0).unwrap();
    assert_eq!((value, dy), (handed_on(0.0, 3.0).unwrap(), 1.0 + 2.0f64.sqrt()));
    assert_eq!(through_outputs_grad(6.0), Err("large!".to_string()));
    assert_eq!(through_outputs_grad(3.0), Err("large".to_string()));
    assert_eq!(through_outputs_grad(2.0), Ok((4.0, 4.0)));
}
