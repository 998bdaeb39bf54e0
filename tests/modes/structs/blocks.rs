//! The attribute on whole modules and `impl` blocks: structs, their methods and their operators in them.

use super::*;

#[backprop(jvp)]
mod plane {
    use backprop::Differentiable;
    use std::ops::{Add, AddAssign, Index, IndexMut, Mul, Neg, Sub};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vec2 {
        pub x: f64,
        pub y: f64,
    }

    impl Add for Vec2 {
        type Output = Vec2;
        fn add(self, o: Vec2) -> Vec2 {
            Vec2 { x: self.x + o.x, y: self.y + o.y }
        }
    }

    impl Sub<&Vec2> for &Vec2 {
        type Output = Vec2;
        fn sub(self, o: &Vec2) -> Vec2 {
            Vec2 { x: self.x - o.x, y: self.y - o.y }
        }
    }

    impl Mul<Vec2> for f64 {
        type Output = Vec2;
        fn mul(self, v: Vec2) -> Vec2 {
            Vec2 { x: self * v.x, y: self * v.y }
        }
    }

    impl Neg for Vec2 {
        type Output = Vec2;
        fn neg(self) -> Vec2 {
            -1.0 * self
        }
    }

    impl AddAssign for Vec2 {
        fn add_assign(&mut self, o: Vec2) {
            *self = *self + o;
        }
    }

    impl Index<usize> for Vec2 {
        type Output = f64;
        fn index(&self, i: usize) -> &f64 {
            if i == 0 { &self.x } else { &self.y }
        }
    }

    impl IndexMut<usize> for Vec2 {
        fn index_mut(&mut self, i: usize) -> &mut f64 {
            if i == 0 { &mut self.x } else { &mut self.y }
        }
    }

    impl std::fmt::Display for Vec2 {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{} {}", self.x, self.y)
        }
    }

    impl Vec2 {
        pub const UP: Vec2 = Vec2 { x: 0.0, y: 1.0 };

        pub fn dot(#[grad] &self, #[grad] o: &Vec2) -> f64 {
            self.x * o.x + self.y * o.y
        }

        pub fn turned(#[grad] self, angle: f64) -> Self {
            let (s, c) = angle.sin_cos();
            Self { x: c * self.x - s * self.y, y: s * self.x + c * self.y }
        }

        pub fn text(&self) -> String {
            format!("{self}")
        }
    }

    pub fn mixed(#[grad] a: Vec2, #[grad] b: Vec2, k: f64) -> f64 {
        let mut c = k * (a + b);
        c += -a.turned(k);
        c[0] *= b[1];
        let d = &c - &b;
        d.dot(&(a + Vec2::UP)) + d.turned(c[0]).x
    }
}

use plane::{Vec2, mixed, mixed_grad, mixed_jvp};
leaves!(Vec2 { x, y });

#[test]
fn operators_in_a_module() {
    let (a, b) = (Vec2 { x: 0.4, y: -1.2 }, Vec2 { x: 0.9, y: 0.3 });
    check(
        &(a, (b, 0.7)),
        |(a, (b, k))| mixed(*a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = mixed_grad(*a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| mixed_jvp(*a, *b, *k, *ta, *tb, *tk),
    );
    assert_eq!(a.text(), "0.4 -1.2");
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
    #[no_grad]
    damping: f64,
}

leaves!(Spring { stiffness, rest });

#[backprop(jvp)]
impl Spring {
    const HALF: f64 = 0.5;

    fn describe(&self) -> String {
        format!("{self:?}")
    }

    fn stretch(#[grad] &self, at: f64) -> f64 {
        at - self.rest
    }

    fn energy(#[grad] &self, at: f64) -> f64 {
        let s = self.stretch(at);
        Self::HALF * self.stiffness * s * s
    }

    fn run(#[grad] &self, start: f64) -> f64 {
        let (mut at, mut speed) = (start, 0.0);
        for _ in 0..5 {
            speed -= (self.stiffness * self.stretch(at) + self.damping * speed) * 0.1;
            at += speed * 0.1;
        }
        self.energy(at) + Self::HALF * speed * speed
    }
}

#[test]
fn methods_in_a_block() {
    let spring = Spring { stiffness: 2.0, rest: 0.4, damping: 0.2 };
    check(
        &(spring.clone(), 1.5),
        |(s, at)| s.run(*at),
        |(s, at)| s.run_grad(*at),
        |(s, at), (ts, tat)| s.run_jvp(*at, ts, *tat),
    );
    assert!(spring.describe().contains("0.2"));
}
