/// The price of a shopping trip.
#[backprop]
pub fn total(pencil: f64, pencils: f64, eraser: f64, erasers: f64, tax: f64) -> f64 {
    (pencil * pencils + eraser * erasers) * tax
}
