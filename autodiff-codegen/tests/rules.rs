//! The table tests itself: every check here runs over all of its lines.

use autodiff_codegen::ir::interpret::{Data, Interp, Program, Scalar};
use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::{Block, FloatTy, Func, Mode, Origin, Param, ParamKind, Ret, Stmt, Ty};
use autodiff_codegen::rules::{
    self, Expr, Kind, Libm, Library, RULES, Rule, RuleId, Syntax, by_binary, by_libm, by_method,
    contribution, partial, partial_names,
};
use proc_macro2::{Ident, Span, TokenStream};

/// A small generator of random numbers (splitmix64): the same points on every run.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Operands in the line's ranges.
    fn operands(&mut self, rule: &Rule) -> Vec<f64> {
        let mut draw = |o: &rules::Operand| match o.kind {
            Kind::Int => (o.lo + self.unit() * (o.hi - o.lo)).floor(),
            _ => o.lo + self.unit() * (o.hi - o.lo),
        };
        rule.operands.iter().map(&mut draw).collect()
    }
}

/// Without what is made of bits, which its operands alone don't say: see `of_bits`.
fn differentiable() -> impl Iterator<Item = RuleId> {
    RuleId::all().filter(|r| r.get().result == Kind::Float && *r.syntax() != Syntax::Last)
}

/// Bitwise, but for the payload of a NaN and the sign of a zero (a gradient's is unspecified).
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

#[test]
fn every_line_is_well_formed() {
    for id in RuleId::all() {
        let rule = id.get();
        assert_eq!(rule.arity, rule.operands.len(), "{}", rule.name);
        let floats = rule.operands.iter().take_while(|o| o.kind == Kind::Float).count();
        assert!(
            rule.operands[floats..].iter().all(|o| o.kind == Kind::Int),
            "{}: integers come last",
            rule.name
        );
        let partials = if rule.result == Kind::Bool { 0 } else { floats };
        assert_eq!(rule.partials.len(), partials, "{}: one partial for each float", rule.name);
        for s in rule.specials {
            assert_eq!((s.at.len(), s.partials.len()), (rule.arity, partials), "{}", rule.name);
        }
        assert_eq!(rules::id(rule.name), Some(id), "two lines named {}", rule.name);
    }
    assert_eq!(rules::id("NoSuchOperation"), None);
}

#[test]
fn every_line_is_reached_by_its_own_syntax_and_no_other() {
    for id in RuleId::all() {
        let rule = id.get();
        match id.syntax() {
            Syntax::Binary(op) => assert_eq!(by_binary(*op), Some(id), "{}", rule.name),
            Syntax::Neg => assert_eq!(id, rules::NEG),
            Syntax::Last => assert!([rules::REMADE, rules::FROM_DIGITS, rules::TO_DIGITS].contains(&id)),
            Syntax::ThereAndBack => assert_eq!(id, rules::ROUNDED_BY),
            Syntax::Method(name) => {
                assert_eq!(by_method(name, rule.arity), Some(id), "{}", rule.name);
                assert_eq!(by_method(name, rule.arity + 1), None, "{}", rule.name);
                assert_eq!(by_method(name, rule.arity - 1), None, "{}", rule.name);
                // The surface is the call, with the operands in order.
                let names: Vec<_> = rule.operands.iter().map(|o| o.name).collect();
                assert_eq!(rule.surface, format!("{}.{name}({})", names[0], names[1..].join(", ")));
            }
            Syntax::Function(_) => panic!("{} is not std's", rule.name),
        }
    }
    assert_eq!(by_method("to_bits", 1), None);
}

/// All methods of std's floats that take and return nothing but floats (and `powi`'s exponent), and its
/// predicates; deprecated and unstable ones aside.
#[test]
fn all_of_std_is_covered() {
    let unary = "abs sqrt cbrt recip exp exp2 exp_m1 ln log2 log10 ln_1p sin cos tan asin acos atan sinh cosh \
                 tanh asinh acosh atanh signum floor ceil round round_ties_even trunc fract next_up next_down \
                 to_degrees to_radians is_nan is_infinite is_finite is_normal is_subnormal is_sign_positive \
                 is_sign_negative";
    let binary = "powi powf hypot log atan2 max min copysign rem_euclid div_euclid midpoint";
    for (names, operands) in [(unary, 1), (binary, 2), ("mul_add clamp", 3)] {
        for name in names.split_whitespace() {
            assert!(by_method(name, operands).is_some(), "{name}");
        }
    }
    use autodiff_codegen::hir::BinOp::*;
    assert!([Add, Sub, Mul, Div, Rem].into_iter().all(|op| by_binary(op).is_some()));
    assert_eq!([BitAnd, And, Lt, Eq].into_iter().find_map(by_binary), None);
}

#[test]
fn libm_is_reached_by_its_own_names_and_no_other() {
    for std in RuleId::all() {
        let (rule, id) = (std.get(), std.from(Library::Libm));
        let Some(name) = rule.libm else {
            assert_eq!(id, std, "{} is std's alone", rule.name);
            continue;
        };
        assert_eq!(*id.syntax(), Syntax::Function(name.into()));
        assert!(id != std && id.get().name == rule.name && !id.is_exact());
        for (name, float) in [(name.to_string(), FloatTy::F64), (format!("{name}f"), FloatTy::F32)] {
            let function = Libm { name: name.clone(), float, rules: vec![id] };
            assert_eq!(by_libm(&name, rule.arity), Some(function));
            assert_eq!(by_libm(&name, rule.arity + 1), None, "{name}");
        }
    }
    assert_eq!(by_libm("sincos", 1).map(|f| f.rules.len()), Some(2));
    assert!(["tgamma", "ff", "f", "", "powi", "sincos_"].iter().all(|name| by_libm(name, 1).is_none()));
}

/// Whoever calls `libm` may have no `std`, and gets derivatives all the same.
#[test]
fn partials_of_libm_need_no_std() {
    fn check(e: &Expr, line: &str) {
        if let Expr::Elem(rule, _) = e
            && let Syntax::Method(name) = rule.from(Library::Libm).syntax()
        {
            let in_core = ["signum", "is_sign_negative"].contains(&name.as_str());
            assert!(in_core, "{line}: `{name}` is a method of std's");
        }
        e.children().iter().for_each(|c| check(c, line));
    }
    for id in RuleId::all().filter(|id| id.get().libm.is_some()) {
        (0..id.get().partials.len()).filter_map(|k| partial(id, k)).for_each(|e| check(e, id.get().name));
    }
}

/// Central differences, extrapolated: `(derivative, estimate of its error)`.
fn richardson(f: &dyn Fn(f64) -> f64, x: f64, h: f64) -> (f64, f64) {
    let d = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let (d1, d2, d4) = (d(h), d(h / 2.0), d(h / 4.0));
    let (r1, r2) = ((4.0 * d2 - d1) / 3.0, (4.0 * d4 - d2) / 3.0);
    ((16.0 * r2 - r1) / 15.0, (r2 - r1).abs() + (d4 - d2).abs())
}

#[test]
fn partials_agree_with_differences() {
    let mut random = Random(1);
    for id in differentiable() {
        let rule = id.get();
        let mut checked = 0;
        for _ in 0..400 {
            let x = random.operands(rule);
            for k in 0..rule.partials.len() {
                let along = |t: f64| {
                    let mut y = x.clone();
                    y[k] = t;
                    (rule.eval)(&y)
                };
                let (expected, error) = richardson(&along, x[k], 1e-3);
                let got = (rule.partial)(k, &x, (rule.eval)(&x));
                // A kink or a jump within a step of the point shows in the estimate; draw again.
                if error < 1e-3 * (1.0 + expected.abs()) {
                    checked += 1;
                    let tolerance = 1e-8 * (1.0 + expected.abs());
                    assert!((got - expected).abs() < tolerance, "{} ∂{k} {x:?}: {got} {expected}", rule.name);
                }
            }
        }
        assert!(checked > 390 * rule.partials.len(), "{}: only {checked} points were usable", rule.name);
    }
}

/// Floats made of the bits of others, beside differences of the way through the bits.
#[test]
fn of_bits() {
    type Way = (RuleId, f64, fn(f64) -> f64);
    let ways: [Way; 5] = [
        (rules::REMADE, 1.0 / 3.0, |x| f64::from_bits(x.to_bits() / 3 + 0x2a9f_7893_0000_0000)),
        (rules::REMADE, -0.5, |x| f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1))),
        (rules::REMADE, 1.0, |x| f64::from_bits(x.to_bits() & 0x800f_ffff_ffff_ffff | 0x3fe0_0000_0000_0000)),
        (rules::FROM_DIGITS, 2f64.powi(52), |x| {
            f64::from_bits((x.abs() * 2f64.powi(52)) as u64 + (1023 << 52))
        }),
        (rules::TO_DIGITS, 1.0, |x| x.to_bits() as f64),
    ];
    for (id, slope, f) in ways {
        for x in [0.3, 0.7, 1.25, 1.9, 3.1] {
            let (expected, _) = richardson(&f, x, 1e-4);
            let k = if id == rules::FROM_DIGITS { slope * x.signum() } else { slope };
            let got = (id.get().partial)(0, &[x, k, f(x)], f(x));
            assert!(
                (got - expected).abs() < 1e-7 * expected.abs(),
                "{} at {x}: {got} {expected}",
                id.get().name
            );
            assert_eq!((id.get().eval)(&[x, k, f(x)]), f(x));
        }
    }
    // The other sign, and a mask that takes it away.
    assert_eq!((rules::REMADE.get().partial)(0, &[-0.3, 1.0, 0.3], 0.3), -1.0);
}

#[test]
fn f32_agrees_with_f64() {
    let mut random = Random(2);
    for id in differentiable() {
        let rule = id.get();
        for _ in 0..200 {
            let x32: Vec<f32> = random.operands(rule).iter().map(|x| *x as f32).collect();
            let x: Vec<f64> = x32.iter().map(|x| f64::from(*x)).collect();
            let (r32, r) = ((rule.eval32)(&x32), (rule.eval)(&x));
            for k in 0..rule.partials.len() {
                let (got, wide) = (f64::from((rule.partial32)(k, &x32, r32)), (rule.partial)(k, &x, r));
                // A quotient may round to the other side of an integer.
                let integer_valued = [rules::ids::Rem, rules::ids::RemEuclid].contains(&id);
                let tolerance = if integer_valued { 1.5 } else { 2e-5 * (1.0 + wide.abs()) };
                assert!((got - wide).abs() < tolerance, "{} ∂{k} {x:?}: {got} {wide}", rule.name);
            }
        }
    }
}

#[test]
fn partials_at_the_special_points_are_exact() {
    for id in differentiable() {
        let rule = id.get();
        for s in rule.specials {
            let r = (rule.eval)(s.at);
            let at32: Vec<f32> = s.at.iter().map(|x| *x as f32).collect();
            let r32 = (rule.eval32)(&at32);
            for (k, expected) in s.partials.iter().enumerate() {
                let got = (rule.partial)(k, s.at, r);
                assert!(same(got, *expected), "{} ∂{k} {:?}: {got}, not {expected}", rule.name, s.at);
                let got32 = (rule.partial32)(k, &at32, r32);
                assert!(
                    same(got32.into(), f64::from(*expected as f32)),
                    "{} ∂{k} {:?} as f32: {got32}, not {expected}",
                    rule.name,
                    s.at
                );
            }
        }
    }
}

/// The points that the contract fixes, beside the lines that have them: a line that loses one is noticed.
#[test]
fn contract_conventions_are_in_the_table() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let at = |name: &str, x: &[f64]| -> Vec<f64> {
        let rule = rules::id(name).unwrap().get();
        (0..rule.partials.len()).map(|k| (rule.partial)(k, x, (rule.eval)(x))).collect()
    };
    let cases: &[(&str, &[f64], &[f64])] = &[
        ("Abs", &[0.0], &[0.0]),
        ("Abs", &[-0.0], &[0.0]),
        ("Max", &[0.0, 0.0], &[1.0, 0.0]),
        ("Max", &[0.0, -0.0], &[1.0, 0.0]),
        ("Min", &[3.0, 3.0], &[1.0, 0.0]),
        ("Max", &[NAN, 2.0], &[0.0, 1.0]),
        ("Max", &[2.0, NAN], &[1.0, 0.0]),
        ("Min", &[NAN, 2.0], &[0.0, 1.0]),
        ("Min", &[2.0, NAN], &[1.0, 0.0]),
        ("Clamp", &[1.0, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("Clamp", &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("Clamp", &[2.0, 0.0, 1.0], &[0.0, 0.0, 1.0]),
        ("Clamp", &[-2.0, 0.0, 1.0], &[0.0, 1.0, 0.0]),
        ("Floor", &[1.5], &[0.0]),
        ("Ceil", &[1.0], &[0.0]),
        ("Round", &[0.5], &[0.0]),
        ("Trunc", &[0.5], &[0.0]),
        ("Signum", &[0.0], &[0.0]),
        ("Sqrt", &[0.0], &[INF]),
        ("Cbrt", &[0.0], &[INF]),
        ("Asin", &[1.0], &[INF]),
        ("Acosh", &[1.0], &[INF]),
        ("Atanh", &[1.0], &[INF]),
        ("Acos", &[1.0], &[-INF]),
        ("Hypot", &[0.0, 0.0], &[0.0, 0.0]),
        ("Atan2", &[0.0, 0.0], &[0.0, 0.0]),
        ("Powf", &[0.0, 0.5], &[INF, 0.0]),
        ("Powf", &[0.0, 0.0], &[0.0, 0.0]),
        ("Powf", &[-2.0, 2.0], &[-4.0, NAN]),
        ("Powi", &[0.0, 0.0], &[0.0]),
        ("Rem", &[7.5, 2.0], &[1.0, -3.0]),
        ("Copysign", &[2.0, -1.0], &[-1.0, 0.0]),
        ("Copysign", &[-2.0, -1.0], &[1.0, 0.0]),
        ("Copysign", &[0.0, -1.0], &[-1.0, 0.0]),
        ("Cbrt", &[-8.0], &[1.0 / 12.0]),
        ("Powi", &[0.0, 1.0], &[1.0]),
        ("Powi", &[0.0, 2.0], &[0.0]),
        ("Powi", &[-3.0, 3.0], &[27.0]),
        ("Powf", &[0.0, 1.0], &[1.0, 0.0]),
        ("Powf", &[0.0, 2.0], &[0.0, 0.0]),
        ("Atan2", &[-0.0, 0.0], &[0.0, 0.0]),
        ("Atan2", &[0.0, 2.0], &[0.5, 0.0]),
        ("Clamp", &[1.0, 1.0, 1.0], &[1.0, 0.0, 0.0]),
        ("Clamp", &[NAN, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("Rem", &[-7.0, 2.0], &[1.0, 3.0]),
        ("RemEuclid", &[-7.0, 2.0], &[1.0, 4.0]),
        ("Fract", &[1.0], &[1.0]),
    ];
    for (name, x, expected) in cases {
        let got = at(name, x);
        assert!(
            got.iter().zip(*expected).all(|(g, e)| same(*g, *e)),
            "{name}{x:?}: {got:?}, not {expected:?}"
        );
    }
}

/// Partials stay good far from the domain of the random tests, where the obvious formula overflows.
#[test]
fn partials_are_stable_at_extremes() {
    let at = |name: &str, k: usize, x: &[f64]| {
        let rule = rules::id(name).unwrap().get();
        (rule.partial)(k, x, (rule.eval)(x))
    };
    let close = |got: f64, expected: f64| {
        assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{got} {expected}")
    };
    close(at("Asinh", 0, &[1e200]), 1e-200);
    close(at("Acosh", 0, &[1e200]), 1e-200);
    close(at("Hypot", 0, &[3e200, 4e200]), 0.6);
    close(at("Hypot", 1, &[3e-200, 4e-200]), 0.8);
    close(at("Atan2", 0, &[3e-200, 4e-200]), 4e-200 / 5e-200 / 5e-200);
    close(at("Atan2", 1, &[3e200, 4e200]), -3.0 / 25.0 / 1e200);
    close(at("Powf", 0, &[1e200, 2.0]), 2e200);
    close(at("Asin", 0, &[1.0 - f64::EPSILON]), 1.0 / (f64::EPSILON * (2.0 - f64::EPSILON)).sqrt());
    assert!(at("Acosh", 0, &[-3.0]).is_nan() && at("Asin", 0, &[2.0]).is_nan());
    assert_eq!(at("Powi", 0, &[1.0, f64::from(i32::MIN)]), f64::from(i32::MIN));
}

/// Partials use only operations of the table, and those only at their arity: second order works.
#[test]
fn partials_are_closed_over_the_table() {
    fn check(rule: &Rule, e: &Expr) {
        match e {
            Expr::Elem(op, args) => assert_eq!(op.get().arity, args.len(), "{}", rule.name),
            Expr::Name(i) => assert!(*i <= rule.arity, "{}", rule.name),
            _ => {}
        }
        e.children().iter().for_each(|c| check(rule, c));
    }
    for id in RuleId::all() {
        for k in 0..id.get().arity {
            match partial(id, k) {
                Some(e) => check(id.get(), e),
                None => assert!(partial_names(id, k).is_empty()),
            }
        }
    }
    assert_eq!(partial_names(rules::MUL, 0), [1]);
    assert_eq!(partial_names(rules::DIV, 1), [1, 2]);
    assert!(partial_names(rules::ADD, 0).is_empty());
}

/// The contribution of operand `k` at `x`, as its code computes it; `None` for a structural zero.
fn contributed(id: RuleId, k: usize, x: &[f64], adj: f64) -> Option<f64> {
    let rule = id.get();
    let mut func = Func::new("f");
    let origin = Origin::default();
    let mut known = Vec::new();
    let mut args = Vec::new();
    for (i, v) in x.iter().chain([&(rule.eval)(x), &adj]).enumerate() {
        let int = i < rule.arity && rule.operand_kind(i) == Kind::Int;
        let value = func.value(if int { Ty::Int(Some("i32".into())) } else { Ty::F64 }, None, &origin);
        args.push(Data::Scalar(if int { Scalar::Int(*v as i128) } else { Scalar::Float(*v) }));
        known.push(value);
        func.params.push(Param {
            name: Ident::new("x", Span::call_site()),
            ty: TokenStream::new(),
            kind: ParamKind::Scalar(value, Mode::Value),
            active: false,
        });
    }
    let mut asked = Vec::new();
    let mut out = Vec::new();
    let mut primal = |_: &mut Func, _: &mut Vec<Stmt>, i: usize| {
        asked.push(i);
        known[i]
    };
    let seed = known[rule.arity + 1];
    let result = contribution(&mut func, &mut out, id, k, &mut primal, seed, &origin)?;
    assert_eq!(asked, partial_names(id, k), "{}: asks for exactly what the partial names", rule.name);
    func.body = Block { stmts: out, yields: vec![result], ..Block::default() };
    func.ret = Ret::Scalar(0);
    verify(&func).unwrap();
    let program = Program::default();
    match Interp::new(&program).call(&func, &args) {
        Ok(Data::Scalar(Scalar::Float(v))) => Some(v),
        other => panic!("{}: {other:?}", rule.name),
    }
}

#[test]
fn code_of_contributions_agrees_with_the_partials() {
    let mut random = Random(3);
    for id in differentiable() {
        let rule = id.get();
        let drawn: Vec<Vec<f64>> = (0..100).map(|_| random.operands(rule)).collect();
        let points = drawn.iter().map(|x| &x[..]).chain(rule.specials.iter().map(|s| s.at));
        for x in points {
            for k in 0..rule.partials.len() {
                let p = (rule.partial)(k, x, (rule.eval)(x));
                let code = contributed(id, k, x, 1.75);
                let Some(code) = code else {
                    assert_eq!(partial(id, k).and_then(Expr::literal), Some(0.0), "{}", rule.name);
                    continue;
                };
                let expected = 1.75 * p;
                let close = same(code, expected) || (code - expected).abs() <= 1e-15 * expected.abs() * 4.0;
                assert!(close, "{} ∂{k} {x:?}: {code}, not {expected}", rule.name);
            }
        }
        for k in rule.partials.len()..rule.arity {
            assert_eq!(contributed(id, k, &drawn[0], 1.0), None, "{}", rule.name);
        }
    }
}

/// A choice selects; it never multiplies the other arm's zero with an infinite adjoint.
#[test]
fn conventions_hold_for_infinite_adjoints() {
    let inf = f64::INFINITY;
    assert_eq!(contributed(rules::id("Max").unwrap(), 1, &[2.0, 1.0], inf), Some(0.0));
    assert_eq!(contributed(rules::id("Abs").unwrap(), 0, &[0.0], inf), Some(0.0));
    assert_eq!(contributed(rules::id("Powf").unwrap(), 1, &[0.0, 2.0], inf), Some(0.0));
    assert!(contributed(rules::MUL, 0, &[1.0, 0.0], inf).unwrap().is_nan());
}

#[test]
fn no_operation_is_built_for_ones() {
    let mut func = Func::new("f");
    let origin = Origin::default();
    let adj = func.value(Ty::F64, None, &origin);
    let mut out = Vec::new();
    let mut never = |_: &mut Func, _: &mut Vec<Stmt>, _: usize| panic!("not needed");
    assert_eq!(contribution(&mut func, &mut out, rules::ADD, 0, &mut never, adj, &origin), Some(adj));
    assert!(out.is_empty());
    let minus = contribution(&mut func, &mut out, rules::SUB, 1, &mut never, adj, &origin);
    assert!(minus.is_some() && out.len() == 1);
}

#[test]
fn documentation_has_a_row_for_each_operation() {
    let text = rules::documentation();
    assert_eq!(text.lines().count(), RULES.len() + 2);
    assert!(text.contains("| `a.tanh()`, `libm::tanh(a)` | ∂a: `1.0 - r * r` |  | expensive |"), "{text}");
    assert!(text.contains("at a = 0: ∂a = 0"), "{text}");
    // Every row has as many cells as the head.
    for line in text.lines() {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 5, "{line}");
    }
}
