//! Functions in `impl` blocks: with each kind of receiver, without one, called in method syntax and by path, and
//! differentiated through each other.

use backprop::backprop;

/// A gradient beside central differences.
#[track_caller]
fn agree(f: impl Fn(&[f64]) -> f64, x: &[f64], gradient: &[f64]) {
    assert_eq!(x.len(), gradient.len());
    for i in 0..x.len() {
        let (mut above, mut below) = (x.to_vec(), x.to_vec());
        let h = 1e-6;
        above[i] += h;
        below[i] -= h;
        let difference = (f(&above) - f(&below)) / (2.0 * h);
        assert!(
            (difference - gradient[i]).abs() < 1e-6 * (1.0 + difference.abs()),
            "{i}: {difference} {gradient:?}"
        );
    }
}

#[derive(Clone, Copy)]
struct Model {
    weights: [f64; 2],
    bias: f64,
    n: usize,
}

const MODEL: Model = Model { weights: [0.5, -0.25], bias: 0.3, n: 3 };
const POINT: [f64; 3] = [1.0, 2.0, -0.5];

impl Model {
    const GAIN: f64 = 1.5;

    #[backprop(jvp)]
    pub fn energy(&self, x: f64) -> f64 {
        self.weights[0] * x * x + self.bias.exp() * x * Self::GAIN + self.n as f64 * x
    }

    #[backprop(jvp)]
    fn weighted(&self, x: &[f64], scale: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.n.min(x.len()) {
            if x[i] > self.bias - 1.0 {
                sum += x[i] * x[i] * self.weights[i % 2];
            }
        }
        sum * scale + self.bias
    }

    #[backprop(jvp)]
    fn through_others(&self, x: &[f64], y: f64) -> f64 {
        let product = self.energy(y) * self.weighted(x, y);
        let mut sum = Self::square(product / 100.0) + Model::square(y);
        for i in 0..2 {
            sum += self.weighted(&x[i..], y) * self.tail(x[i]);
        }
        sum + Self::energy(self, y)
    }

    fn tail_length(&self) -> usize {
        self.n
    }

    #[backprop(jvp)]
    fn tail(&self, x: f64) -> f64 {
        x * self.tail_length() as f64
    }

    #[backprop(jvp, associated)]
    fn square(x: f64) -> f64 {
        x * x
    }

    #[backprop(jvp)]
    fn scaled_by_self(x: &[f64; 2]) -> [f64; 2] {
        [x[0] * Self::GAIN, x[1] * x[0]]
    }

    #[backprop(jvp)]
    fn by_value(self, x: f64, a: &[f64]) -> f64 {
        let mut sum = 0.0;
        for v in a {
            sum += v * v * self.weights[1] * x;
        }
        sum
    }

    #[backprop(jvp)]
    fn by_mutable_reference(&mut self, x: f64, a: &[f64]) -> f64 {
        self.n += 1;
        self.bias *= 2.0;
        let mut sum = x * self.bias * self.n as f64;
        for v in a {
            sum += v * self.weights[0];
        }
        sum
    }

    #[backprop(jvp)]
    fn typed_receiver(self: &Self, mut x: f64, #[no_grad] y: f64) -> f64 {
        x *= self.bias;
        x * y
    }

    #[backprop]
    fn recursive(&self, x: f64, n: usize) -> f64 {
        if n == 0 { x * self.bias } else { x * self.recursive(x, n - 1) }
    }

    #[backprop]
    fn recursive_over_a_slice(&self, x: &[f64], n: usize) -> f64 {
        if n == 0 { x[0] * self.bias } else { x[n] * self.recursive_over_a_slice(x, n - 1) }
    }

    #[backprop]
    fn fills(&self, x: &[f64], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = x[i] * x[i] * self.bias;
        }
    }

    #[backprop]
    fn calls_what_fills(&self, x: &[f64]) -> f64 {
        let mut out = [0.0; 3];
        self.fills(x, &mut out);
        out[0] * out[1] + out[2] * self.weights[0]
    }
}

#[test]
fn by_shared_reference() {
    let (value, d) = MODEL.energy_grad(1.5);
    assert_eq!(value.to_bits(), MODEL.energy(1.5).to_bits());
    agree(|x| MODEL.energy(x[0]), &[1.5], &[d]);
    assert_eq!(MODEL.energy_jvp(1.5, 1.0).1, d);
}

#[test]
fn over_slices() {
    let (value, (d_x, d_scale)) = MODEL.weighted_grad(&POINT, 1.5);
    assert_eq!(value.to_bits(), MODEL.weighted(&POINT, 1.5).to_bits());
    agree(|x| MODEL.weighted(x, 1.5), &POINT, &d_x);
    agree(|s| MODEL.weighted(&POINT, s[0]), &[1.5], &[d_scale]);
    let mut buffer = [7.0; 3];
    assert_eq!(MODEL.weighted_grad_into(&POINT, 1.5, &mut buffer), (value, d_scale));
    assert_eq!(buffer, d_x[..]);
}

#[test]
fn through_other_methods() {
    let (value, (d_x, d_y)) = MODEL.through_others_grad(&POINT, 0.75);
    assert_eq!(value.to_bits(), MODEL.through_others(&POINT, 0.75).to_bits());
    agree(|x| MODEL.through_others(x, 0.75), &POINT, &d_x);
    agree(|y| MODEL.through_others(&POINT, y[0]), &[0.75], &[d_y]);
    let (_, along) = MODEL.through_others_jvp(&POINT, 0.75, &[1.0, 0.0, 0.0], 2.0);
    assert!((along - d_x[0] - 2.0 * d_y).abs() < 1e-9);
}

#[test]
fn without_a_receiver() {
    assert_eq!(Model::square_grad(3.0), (9.0, 6.0));
    let (y, d) = Model::scaled_by_self_vjp(&[2.0, 3.0], [1.0, 10.0]);
    assert_eq!((y, d), ([3.0, 6.0], [31.5, 20.0]));
}

#[test]
fn by_value_and_by_mutable_reference() {
    let (_, (d_x, d_a)) = MODEL.by_value_grad(1.5, &POINT);
    agree(|x| MODEL.by_value(x[0], &POINT), &[1.5], &[d_x]);
    agree(|a| MODEL.by_value(1.5, a), &POINT, &d_a);
    let mut model = MODEL;
    let (value, (d_x, d_a)) = model.by_mutable_reference_grad(1.5, &POINT);
    assert_eq!((model.n, model.bias), (4, 0.6));
    assert_eq!(value.to_bits(), { MODEL }.by_mutable_reference(1.5, &POINT).to_bits());
    assert_eq!((d_x, d_a), (0.6 * 4.0, vec![0.5; 3]));
    assert_eq!(MODEL.typed_receiver_grad(1.5, 2.0).1, 0.6);
}

#[test]
fn recursion() {
    agree(|x| MODEL.recursive(x[0], 3), &[1.5], &[MODEL.recursive_grad(1.5, 3).1]);
    agree(|x| MODEL.recursive_over_a_slice(x, 2), &POINT, &MODEL.recursive_over_a_slice_grad(&POINT, 2).1);
}

#[test]
fn outputs() {
    agree(|x| MODEL.calls_what_fills(x), &POINT, &MODEL.calls_what_fills_grad(&POINT).1);
    let (mut out, mut seed) = ([0.0; 3], [1.0, 0.0, 2.0]);
    let ((), d) = MODEL.fills_vjp(&POINT, &mut out, &mut seed);
    assert_eq!(d, [0.6, 0.0, -0.6]);
}

#[backprop(jvp)]
fn of_another_object(model: &Model, x: f64, a: &[f64]) -> f64 {
    model.energy(x) * model.weighted(a, x) + model.by_value(x, a)
}

#[backprop(jvp)]
fn of_many_objects(models: &[Model], x: f64, a: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..models.len() {
        sum += models[i].energy(x) * models[i].weighted(a, x);
    }
    let own = Model { bias: 0.2, ..models[0] };
    sum * models[0].energy(sum / 100.0) * own.energy(x)
}

#[test]
fn of_other_objects() {
    let (_, (d_x, d_a)) = of_another_object_grad(&MODEL, 1.5, &POINT);
    agree(|x| of_another_object(&MODEL, x[0], &POINT), &[1.5], &[d_x]);
    agree(|a| of_another_object(&MODEL, 1.5, a), &POINT, &d_a);
    let models = [MODEL, Model { bias: 0.1, n: 2, ..MODEL }];
    let (_, (d_x, d_a)) = of_many_objects_grad(&models, 1.5, &POINT);
    agree(|x| of_many_objects(&models, x[0], &POINT), &[1.5], &[d_x]);
    agree(|a| of_many_objects(&models, 1.5, a), &POINT, &d_a);
    let (_, along) = of_many_objects_jvp(&models, 1.5, &POINT, 1.0, &[0.0; 3]);
    assert!((along - d_x).abs() < 1e-9 * d_x.abs());
}

/// In a generic block that the macro can't see: its parameters are nobody's business.
struct Net<const N: usize, R> {
    weights: [f64; N],
    _names: R,
}

impl<const N: usize, R: 'static> Net<N, R> {
    #[backprop(jvp)]
    fn layer(&self, x: &[f64; N]) -> f64 {
        let mut sum = 0.0;
        for i in 0..N {
            sum += self.weights[i] * x[i].sin();
        }
        sum
    }

    #[backprop(jvp)]
    fn two_layers(&self, x: &[f64; N], y: f64) -> f64 {
        self.layer(x) * y * self.layer(x)
    }
}

#[test]
fn generic_blocks_out_of_sight() {
    let net = Net { weights: [1.0, 2.0], _names: "none" };
    let (_, (d_x, d_y)) = net.two_layers_grad(&[0.1, 0.2], 3.0);
    agree(|x| net.two_layers(&[x[0], x[1]], 3.0), &[0.1, 0.2], &d_x);
    agree(|y| net.two_layers(&[0.1, 0.2], y[0]), &[3.0], &[d_y]);
}

/// The attribute on the block knows the block's parameters.
struct Linear<T, const N: usize> {
    weights: [T; N],
}

#[backprop(jvp)]
impl<T: num_traits::Float, const N: usize> Linear<T, N> {
    fn apply(&self, x: &[T; N]) -> T {
        let mut sum = T::zero();
        for i in 0..N {
            sum = sum + x[i] * x[i] * self.weights[i] * Self::half();
        }
        sum
    }

    fn half() -> T {
        T::from(0.5).unwrap()
    }

    /// Has no active parameter: left alone.
    fn len(&self) -> usize {
        N
    }

    fn twice(&self, x: &[T; N], y: T) -> T {
        let first = self.apply(x);
        self.apply(x) * y * first * T::from(self.len()).unwrap()
    }

    fn on_its_own(x: &[T]) -> T {
        let mut product = T::one();
        for v in x {
            product = product * *v;
        }
        product
    }
}

#[test]
fn the_attribute_on_the_block() {
    let linear = Linear { weights: [1.0, 2.0, 3.0] };
    let (value, (d_x, d_y)) = linear.twice_grad(&POINT, 3.0);
    assert_eq!(value.to_bits(), linear.twice(&POINT, 3.0).to_bits());
    agree(|x| linear.twice(&[x[0], x[1], x[2]], 3.0), &POINT, &d_x);
    agree(|y| linear.twice(&POINT, y[0]), &[3.0], &[d_y]);
    let (_, along) = linear.twice_jvp(&POINT, 3.0, [1.0, 0.0, 0.0], 0.0);
    assert!((along - d_x[0]).abs() < 1e-9);
    let single = Linear { weights: [0.5f32] };
    assert_eq!(single.apply_grad(&[3.0]), (2.25, [1.5]));
    assert_eq!(Linear::<f64, 1>::on_its_own_grad(&[2.0, 3.0]), (6.0, vec![3.0, 2.0]));
}
