//! Convolutions, pooling, and images as rows.

use backprop::backprop;
use backprop::ops::{conv1d, conv2d, flatten, matvec, max_pool2d, relu, softmax_cross_entropy, sum};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn signal(x: &[[$F; 6]; 2], k: &[[[$F; 3]; 2]; 2]) -> [[$F; 4]; 2] {
            let y: [[$F; 4]; 2] = conv1d(x, k);
            y
        }
        #[backprop $options]
        pub fn signal_loops(x: &[[$F; 6]; 2], k: &[[[$F; 3]; 2]; 2]) -> [[$F; 4]; 2] {
            let mut y = [[0.0; 4]; 2];
            for o in 0..2 {
                for c in 0..2 {
                    for i in 0..4 {
                        for v in 0..3 {
                            y[o][i] += x[c][i + v] * k[o][c][v];
                        }
                    }
                }
            }
            y
        }
        beside!($F $mode: vjp signal ~ signal_loops(
            to x: -2.0..2.0 => [[0.0; 6]; 2], to k: -2.0..2.0 => [[[0.0; 3]; 2]; 2]));

        #[backprop $options]
        pub fn signal_of_vecs(x: Vec<Vec<$F>>, k: &[Vec<Vec<$F>>]) -> Vec<Vec<$F>> {
            conv1d(&x, k)
        }
        case!($F $mode: vjp signal_of_vecs(
            by x: -2.0..2.0 => vec![vec![0.0; 5]; 2], slice k: -2.0..2.0 => vec![vec![vec![0.0; 2]; 2]; 1]));

        #[backprop $options]
        pub fn image(x: &[[[$F; 4]; 3]; 2], k: &[[[[$F; 2]; 2]; 2]; 2]) -> [[[$F; 3]; 2]; 2] {
            conv2d(x, k)
        }
        #[backprop $options]
        pub fn image_loops(x: &[[[$F; 4]; 3]; 2], k: &[[[[$F; 2]; 2]; 2]; 2]) -> [[[$F; 3]; 2]; 2] {
            let mut y = [[[0.0; 3]; 2]; 2];
            for o in 0..2 {
                for c in 0..2 {
                    for i in 0..2 {
                        for j in 0..3 {
                            for u in 0..2 {
                                for v in 0..2 {
                                    y[o][i][j] += x[c][i + u][j + v] * k[o][c][u][v];
                                }
                            }
                        }
                    }
                }
            }
            y
        }
        beside!($F $mode: vjp image ~ image_loops(
            to x: -2.0..2.0 => [[[0.0; 4]; 3]; 2], to k: -2.0..2.0 => [[[[0.0; 2]; 2]; 2]; 2]));

        #[backprop $options]
        pub fn wide_image(x: &[[[$F; 11]; 2]; 1], k: &[[[[$F; 3]; 2]; 1]; 2]) -> [[[$F; 9]; 1]; 2] {
            conv2d(x, k)
        }
        #[backprop $options]
        pub fn wide_image_loops(x: &[[[$F; 11]; 2]; 1], k: &[[[[$F; 3]; 2]; 1]; 2]) -> [[[$F; 9]; 1]; 2] {
            let mut y = [[[0.0; 9]; 1]; 2];
            for o in 0..2 {
                for j in 0..9 {
                    for u in 0..2 {
                        for v in 0..3 {
                            y[o][0][j] += x[0][u][j + v] * k[o][0][u][v];
                        }
                    }
                }
            }
            y
        }
        beside!($F $mode: vjp wide_image ~ wide_image_loops(
            to x: -2.0..2.0 => [[[0.0; 11]; 2]; 1], to k: -2.0..2.0 => [[[[0.0; 3]; 2]; 1]; 2]));

        #[backprop $options]
        pub fn image_of_vecs(x: &[Vec<Vec<$F>>], k: &[[[[$F; 2]; 2]; 2]; 1]) -> Vec<Vec<Vec<$F>>> {
            let y = conv2d(x, k);
            relu(&y)
        }
        case!($F $mode: vjp image_of_vecs(
            slice x: -2.0..2.0 => vec![vec![vec![0.0; 4]; 3]; 2], to k: -2.0..2.0 => [[[[0.0; 2]; 2]; 2]; 1]));

        #[backprop $options]
        pub fn pooled(x: &[[[$F; 5]; 4]; 2]) -> [[[$F; 2]; 2]; 2] {
            let y: [[[$F; 2]; 2]; 2] = max_pool2d(x, 2);
            y
        }
        #[backprop $options]
        pub fn pooled_loops(x: &[[[$F; 5]; 4]; 2]) -> [[[$F; 2]; 2]; 2] {
            let mut y = [[[0.0; 2]; 2]; 2];
            for c in 0..2 {
                for i in 0..2 {
                    for j in 0..2 {
                        let mut best = x[c][2 * i][2 * j];
                        for u in 0..2 {
                            for v in 0..2 {
                                if x[c][2 * i + u][2 * j + v] > best {
                                    best = x[c][2 * i + u][2 * j + v];
                                }
                            }
                        }
                        y[c][i][j] = best;
                    }
                }
            }
            y
        }
        beside!($F $mode: vjp pooled ~ pooled_loops(to x: -2.0..2.0 => [[[0.0; 5]; 4]; 2]));

        #[backprop $options]
        pub fn pooled_vecs(x: Vec<Vec<Vec<$F>>>, size: usize) -> $F {
            sum(&max_pool2d(&x, size))
        }
        case!($F $mode: pooled_vecs(by x: -2.0..2.0 => vec![vec![vec![0.0; 4]; 4]; 2]; 2));

        #[backprop $options]
        pub fn in_one_row(x: &[[[$F; 2]; 3]; 2]) -> [$F; 12] {
            let y: [$F; 12] = flatten(x);
            y
        }
        #[backprop $options]
        pub fn in_one_row_loops(x: &[[[$F; 2]; 3]; 2]) -> [$F; 12] {
            let mut y = [0.0; 12];
            for c in 0..2 {
                for i in 0..3 {
                    for j in 0..2 {
                        y[(c * 3 + i) * 2 + j] = x[c][i][j];
                    }
                }
            }
            y
        }
        beside!($F $mode: vjp in_one_row ~ in_one_row_loops(to x: -2.0..2.0 => [[[0.0; 2]; 3]; 2]));

        #[backprop $options]
        pub fn in_one_row_vecs(x: Vec<Vec<$F>>, image: &[[[$F; 2]; 2]], m: &[[$F; 4]; 3]) -> Vec<$F> {
            let shorter = flatten(&x);
            matvec(m, &flatten(image)).iter().zip(&shorter).map(|(a, b)| a * b).collect()
        }
        case!($F $mode: vjp in_one_row_vecs(
            by x: -2.0..2.0 => vec![vec![0.0; 1], vec![0.0; 2]], slice image: -2.0..2.0 => vec![[[0.0; 2]; 2]; 1],
            to m: -2.0..2.0 => [[0.0; 4]; 3]));

        #[backprop $options]
        pub fn convolutional_network(image: &[[[$F; 6]; 6]; 1], k: &[[[[$F; 3]; 3]; 1]; 2], w: &[[$F; 4]; 3]) -> $F {
            let filtered: [[[$F; 4]; 4]; 2] = conv2d(image, k);
            let smaller: [[[$F; 2]; 2]; 2] = max_pool2d(&relu(&filtered), 2);
            let mut loss = 0.0;
            for c in 0..2 {
                let features: [$F; 4] = flatten(&smaller[c]);
                loss += softmax_cross_entropy(&matvec(w, &features), c);
            }
            loss
        }
        case!($F $mode: convolutional_network(to image: -1.0..1.0 => [[[0.0; 6]; 6]; 1],
            to k: -1.0..1.0 => [[[[0.0; 3]; 3]; 1]; 2], to w: -1.0..1.0 => [[0.0; 4]; 3]));
    };
}
both!(functions);
