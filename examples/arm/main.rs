//! A robot's arm with two links finds out how to reach a point: which angles of its joints, and which lengths of its
//! links, which may give way a little.
//!
//! `cargo run --release --example arm [PICTURE.svg]`
//!
//! The arm is a struct, its geometry is written with a vector type of its own, and the gradient with respect to an arm is
//! an arm.

mod picture;
mod vector;

use backprop::check::{central_differences, compare_gradients};
use backprop::{Differentiable, backprop};
use std::error::Error;
use std::path::PathBuf;
use vector::Vec2;

/// Two links: how long they are, and the angle of each joint to the link before it.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Arm {
    /// Of the links.
    pub lengths: [f64; 2],
    /// Of the joints.
    pub angles: [f64; 2],
    /// What the links are when nothing pulls at them: a constant.
    #[no_grad]
    pub built: [f64; 2],
}

/// How hard it is to make a link longer or shorter.
const STIFFNESS: f64 = 0.05;

#[backprop]
impl Arm {
    /// The joint between the links.
    pub fn elbow(#[grad] &self) -> Vec2 {
        self.lengths[0] * Vec2::at(self.angles[0])
    }

    /// The end of the second link.
    pub fn hand(#[grad] &self) -> Vec2 {
        self.elbow() + self.lengths[1] * Vec2::at(self.angles[0] + self.angles[1])
    }

    /// How far the hand is from where it should be, squared, and what the links' stretching costs.
    pub fn cost(#[grad] &self, #[no_grad] target: &Vec2) -> f64 {
        let mut cost = 0.0;
        let hand = self.hand();
        for axis in 0..2 {
            cost += (hand[axis] - target[axis]).powi(2);
        }
        for (length, built) in self.lengths.iter().zip(&self.built) {
            cost += STIFFNESS * (length - built).powi(2);
        }
        cost
    }

    fn new(built: [f64; 2], angles: [f64; 2]) -> Arm {
        Arm { lengths: built, angles, built }
    }

    /// The arm after one step of gradient descent.
    fn stepped(&self, gradient: &Arm, step: f64) -> Arm {
        let mut next = *self;
        for joint in 0..2 {
            next.lengths[joint] -= step * gradient.lengths[joint];
            next.angles[joint] -= step * gradient.angles[joint];
        }
        next
    }
}

/// Gradient descent. A step that makes things worse is taken back, and the next ones are shorter.
fn reach(start: Arm, target: &Vec2) -> Vec<Arm> {
    let mut poses = vec![start];
    let (mut cost, mut gradient) = start.cost_grad(target);
    let (mut step, mut gained) = (0.05, f64::MAX);
    while gained > 1e-14 && poses.len() < 2000 {
        let next = poses[poses.len() - 1].stepped(&gradient, step);
        let (next_cost, next_gradient) = next.cost_grad(target);
        if next_cost < cost {
            gained = cost - next_cost;
            (cost, gradient, step) = (next_cost, next_gradient, 1.2 * step);
            poses.push(next);
        } else {
            step *= 0.5;
        }
    }
    poses
}

/// The gradient beside differences, in all that may change.
fn check(arm: &Arm, target: &Vec2) -> Result<(), Box<dyn Error>> {
    let of = |p: &[f64]| Arm { lengths: [p[0], p[1]], angles: [p[2], p[3]], built: arm.built };
    let point: Vec<f64> = arm.lengths.iter().chain(&arm.angles).copied().collect();
    let (_, gradient) = arm.cost_grad(target);
    assert_eq!(gradient.built, arm.built, "a constant field holds what the arm's own does");
    let gradient: Vec<f64> = gradient.lengths.iter().chain(&gradient.angles).copied().collect();
    let report = compare_gradients(&gradient, &central_differences(|p| of(p).cost(target), &point));
    println!("gradient check: {report}\n");
    if report.agrees(1e-7) { Ok(()) } else { Err("the gradient is wrong".into()) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let file = std::env::args_os().nth(1).map_or_else(|| home.join("target/arm.svg"), PathBuf::from);
    let start = Arm::new([1.0, 0.7], [0.3, 0.4]);
    let targets = [Vec2 { x: 0.4, y: 1.1 }, Vec2 { x: -0.9, y: 0.8 }, Vec2 { x: 0.9, y: 1.6 }];
    check(&start, &targets[0])?;

    println!("{:>14}  {:>5}  {:>15}  {:>13}  {:>8}", "target", "steps", "angles", "lengths", "missed");
    let mut ways = Vec::new();
    for target in targets {
        let poses = reach(start, &target);
        let arm = poses[poses.len() - 1];
        let gap = arm.hand() - target;
        let missed = gap.dot(&gap).sqrt();
        let [a, b] = arm.angles.map(f64::to_degrees);
        let [p, q] = arm.lengths;
        println!(
            "({:5.2}, {:5.2})  {:>5}  {a:6.1}° {b:6.1}°  {p:6.3} {q:6.3}  {missed:8.1e}",
            target.x,
            target.y,
            poses.len() - 1,
        );
        // What is out of reach pulls at the links as far as they give way.
        let reachable = target.dot(&target).sqrt() <= start.built[0] + start.built[1];
        assert!(missed < if reachable { 1e-3 } else { 0.05 }, "the arm misses {target:?} by {missed}");
        ways.push((poses, target));
    }
    picture::draw(&ways, &file).map_err(|error| format!("cannot draw {}: {error}", file.display()))?;
    println!("\nthe poses: {}", file.display());
    Ok(())
}
