//! The Greeks of a European call option: how its price answers to each of the numbers that it is made of, beside the closed
//! forms that textbooks have for them.
//!
//! `cargo run --release --example greeks [PICTURE.svg]`
//!
//! First derivatives come from `price_grad`, gamma from a second one: `price_hvp` along the spot price. All of them out of one
//! function of four lines (F. Black, M. Scholes, *The Pricing of Options and Corporate Liabilities*, Journal of Political
//! Economy 81, 1973).

mod picture;

use backprop::backprop;
use std::error::Error;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};
use std::path::PathBuf;

/// The distribution function of the standard normal distribution, as trading desks compute it (G. West, *Better Approximations
/// to Cumulative Normal Functions*, Wilmott Magazine, May 2005, after J. F. Hart).
#[backprop(order = 2)]
fn normal(x: f64) -> f64 {
    const ABOVE: [f64; 7] = [
        3.526_249_659_989_11e-2,
        0.700_383_064_443_688,
        6.373_962_203_531_65,
        33.912_866_078_383,
        112.079_291_497_871,
        221.213_596_169_931,
        220.206_867_912_376,
    ];
    const BELOW: [f64; 8] = [
        8.838_834_764_831_84e-2,
        1.755_667_163_182_64,
        16.064_177_579_207,
        86.780_732_202_946_1,
        296.564_248_779_674,
        637.333_633_378_831,
        793.826_512_519_948,
        440.413_735_824_752,
    ];
    let a = x.abs();
    let bell = (-0.5 * a * a).exp();
    let tail = if a < 7.071_067_811_865_47 {
        let above = ABOVE.iter().fold(0.0, |sum, c| sum * a + c);
        let below = BELOW.iter().fold(0.0, |sum, c| sum * a + c);
        bell * above / below
    } else {
        let fraction = a + 1.0 / (a + 2.0 / (a + 3.0 / (a + 4.0 / (a + 0.65))));
        bell / fraction / TAU.sqrt()
    };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The same by somebody else.
fn reference(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The price of a call: of the right to buy at `strike`, in `years` from now, what costs `spot` today.
#[backprop(hvp, wrt(spot, volatility, years, rate))]
fn price(spot: f64, strike: f64, volatility: f64, years: f64, rate: f64) -> f64 {
    let deviation = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * years) / deviation;
    let d2 = d1 - deviation;
    spot * normal(d1) - strike * (-rate * years).exp() * normal(d2)
}

/// What the price answers to.
#[derive(Clone, Copy, Debug)]
pub struct Greeks {
    /// The price itself.
    pub price: f64,
    /// By the spot price.
    pub delta: f64,
    /// Of delta, by the spot price.
    pub gamma: f64,
    /// By the volatility.
    pub vega: f64,
    /// By the time that goes by.
    pub theta: f64,
    /// By the rate of interest.
    pub rho: f64,
}

/// What an option is about, but for the spot price.
const STRIKE: f64 = 100.0;
const VOLATILITY: f64 = 0.2;
const YEARS: f64 = 0.5;
const RATE: f64 = 0.03;

/// By differentiation.
fn differentiated(spot: f64) -> Greeks {
    let (price, (delta, vega, years, rho), (gamma, ..)) =
        price_hvp(spot, STRIKE, VOLATILITY, YEARS, RATE, 1.0, 0.0, 0.0, 0.0);
    // What is left of the time grows less as time goes by.
    Greeks { price, delta, gamma, vega, theta: -years, rho }
}

/// By the closed forms (J. C. Hull, *Options, Futures, and Other Derivatives*, chapter 19).
fn closed_forms(spot: f64) -> Greeks {
    let root = YEARS.sqrt();
    let d1 = ((spot / STRIKE).ln() + (RATE + 0.5 * VOLATILITY * VOLATILITY) * YEARS) / (VOLATILITY * root);
    let d2 = d1 - VOLATILITY * root;
    let density = (-0.5 * d1 * d1).exp() / TAU.sqrt();
    let discounted = STRIKE * (-RATE * YEARS).exp();
    Greeks {
        price: spot * reference(d1) - discounted * reference(d2),
        delta: reference(d1),
        gamma: density / (spot * VOLATILITY * root),
        vega: spot * density * root,
        theta: -spot * density * VOLATILITY / (2.0 * root) - RATE * discounted * reference(d2),
        rho: YEARS * discounted * reference(d2),
    }
}

impl Greeks {
    /// With their names.
    pub fn all(&self) -> [(&'static str, f64); 6] {
        [
            ("price", self.price),
            ("delta", self.delta),
            ("gamma", self.gamma),
            ("vega", self.vega),
            ("theta", self.theta),
            ("rho", self.rho),
        ]
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let picture = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/greeks.svg"), PathBuf::from);
    let mut worst: f64 = 0.0;
    let mut curves = Vec::new();
    for i in 0..=100 {
        let spot = 50.0 + f64::from(i);
        let (found, expected) = (differentiated(spot), closed_forms(spot));
        for ((name, a), (_, b)) in found.all().into_iter().zip(expected.all()) {
            let error = (a - b).abs() / (1.0 + b.abs());
            assert!(error < 1e-11, "{name} at {spot} is {a}, and {b} by the closed form");
            worst = worst.max(error);
        }
        curves.push((spot, found));
    }
    println!("a call at {STRIKE}, {YEARS} years from now, volatility {VOLATILITY}, interest {RATE}");
    println!(
        "{:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "spot", "price", "delta", "gamma", "vega", "theta", "rho"
    );
    for (spot, g) in curves.iter().step_by(20) {
        println!(
            "{spot:>6} {:>9.4} {:>9.4} {:>9.5} {:>9.4} {:>9.4} {:>9.4}",
            g.price, g.delta, g.gamma, g.vega, g.theta, g.rho
        );
    }
    println!("101 spot prices: all within {worst:.1e} of the closed forms");
    picture::draw(&curves, &picture)?;
    println!("picture: {}", picture.display());
    Ok(())
}
