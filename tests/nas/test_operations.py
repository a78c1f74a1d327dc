"""The eight operations against plain formulas."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from nas.genotype import OPERATIONS
from nas.space.layout import CONVOLUTIONS, operation_layers
from nas.space.operations import Pointwise, Shrink, build_operation, starts_with_relu

CHANNELS = 6
PARAMETERS_AT_STRIDE = {
    ("sep_conv_3x3", 1): 2 * (9 * 6 + 36 + 12),
    ("sep_conv_5x5", 1): 2 * (25 * 6 + 36 + 12),
    ("dil_conv_3x3", 1): 9 * 6 + 36 + 12,
    ("dil_conv_5x5", 2): 25 * 6 + 36 + 12,
    ("skip_connect", 1): 0,
    ("skip_connect", 2): 36 + 12,
    ("max_pool_3x3", 2): 0,
    ("avg_pool_3x3", 1): 0,
    ("none", 2): 0,
}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def unlike(module: nn.Module) -> nn.Module:
    """Give norms statistics and weights other than those of birth, so that a forgotten one shows."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values, low in ((part.running_mean, -0.5), (part.running_var, 0.5)):
                assert values is not None
                values.uniform_(low, low + 1)
            if part.affine:
                nn.init.uniform_(part.weight, 0.5, 1.5)
                nn.init.uniform_(part.bias, -0.5, 0.5)
    return module.eval()


@pytest.mark.parametrize("size", [8, 7, 1])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", OPERATIONS)
def test_that_every_operation_keeps_channels_and_halves_sides_rounding_up(name: str, stride: int, size: int) -> None:
    operation = unlike(build_operation(name, CHANNELS, stride))
    answer = operation(torch.rand(2, CHANNELS, size, size))
    expected = size if stride == 1 else (size + 1) // 2
    assert answer.shape == (2, CHANNELS, expected, expected)


@pytest.mark.parametrize(("name", "stride"), PARAMETERS_AT_STRIDE)
def test_that_every_operation_has_its_count_of_parameters(name: str, stride: int) -> None:
    operation = build_operation(name, CHANNELS, stride)
    expected = PARAMETERS_AT_STRIDE[name, stride]
    assert sum(parameter.numel() for parameter in operation.parameters()) == expected
    assert sum(layer.parameters for layer in operation_layers("x", name, CHANNELS, 8, stride)) == expected


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", OPERATIONS)
def test_that_the_layout_names_and_shapes_the_tensors_of_torch(name: str, stride: int, affine: bool) -> None:
    state = build_operation(name, CHANNELS, stride, affine).state_dict()
    layers = operation_layers("edge", name, CHANNELS, 8, stride, affine)
    expected = {tensor.removeprefix("edge."): shape for layer in layers for tensor, shape in layer.tensors()}
    assert {tensor: tuple(values.shape) for tensor, values in state.items()} == expected


def normed(picture: Tensor, state: dict[str, Tensor], name: str) -> Tensor:
    statistics = (state[f"{name}.running_mean"], state[f"{name}.running_var"])
    return functional.batch_norm(picture, *statistics, state[f"{name}.weight"], state[f"{name}.bias"])


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(
    ("name", "kernel", "padding", "dilation"),
    [
        ("sep_conv_3x3", 3, 1, 1),
        ("sep_conv_5x5", 5, 2, 1),
        ("dil_conv_3x3", 3, 2, 2),
        ("dil_conv_5x5", 5, 4, 2),
    ],
)
def test_that_convolutions_are_depthwise_pointwise_norm_once_or_twice(
    name: str, kernel: int, padding: int, dilation: int, stride: int
) -> None:
    operation = unlike(build_operation(name, CHANNELS, stride))
    state = operation.state_dict()
    rectified = torch.rand(2, CHANNELS, 9, 9)
    expected = rectified
    for stage, step in enumerate((stride, 1) if name.startswith("sep") else (stride,)):
        prefix = f"stages.{stage}"
        depthwise, pointwise = (state[f"{prefix}.{part}.weight"] for part in ("depthwise", "pointwise"))
        assert depthwise.shape == (CHANNELS, 1, kernel, kernel)
        expected = functional.conv2d(
            functional.relu(expected), depthwise, None, step, padding, dilation, groups=CHANNELS
        )
        expected = normed(functional.conv2d(expected, pointwise), state, f"{prefix}.norm")
    torch.testing.assert_close(operation(rectified), expected, rtol=1e-5, atol=1e-5)


def test_that_an_operation_leaves_its_input_as_it_was() -> None:
    """Others read the same node."""
    picture = torch.rand(2, CHANNELS, 8, 8)
    before = picture.clone()
    for name in OPERATIONS:
        for stride in (1, 2):
            build_operation(name, CHANNELS, stride)(picture)
    assert torch.equal(picture, before)


@pytest.mark.parametrize("size", [8, 7])
def test_that_a_shrink_sees_even_pixels_in_one_half_and_odd_ones_in_the_other(size: int) -> None:
    shrink = unlike(Shrink(4, CHANNELS))
    state = {name: values.double() for name, values in shrink.state_dict().items()}
    picture = torch.rand(1, 4, size, size)
    pixels = np.zeros((4, size + size % 2, size + size % 2))
    pixels[:, :size, :size] = picture[0].numpy()
    halves = [
        np.einsum("oc,chw->ohw", state[f"{name}.weight"][:, :, 0, 0].numpy(), pixels[:, start::2, start::2])
        for name, start in (("even", 0), ("odd", 1))
    ]
    expected = normed(torch.from_numpy(np.concatenate(halves))[None], state, "norm")
    torch.testing.assert_close(shrink(picture).double(), expected, rtol=1e-5, atol=1e-5)


def test_that_a_pool_of_means_leaves_the_padding_out() -> None:
    pool = build_operation("avg_pool_3x3", 1, 1)
    assert torch.equal(pool(torch.ones(1, 1, 4, 4)), torch.ones(1, 1, 4, 4))


def test_that_a_pool_of_maxima_takes_the_largest_of_nine() -> None:
    picture = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert build_operation("max_pool_3x3", 1, 2)(picture).tolist() == [[[[5, 7], [13, 15]]]]


def test_that_none_is_zero_and_carries_no_gradient() -> None:
    picture = torch.rand(1, 2, 5, 5, requires_grad=True)
    answer = build_operation("none", 2, 2)(picture)
    assert not answer.any()
    assert not answer.requires_grad


def test_that_only_operations_with_weights_start_with_a_relu() -> None:
    assert {name for name in OPERATIONS if starts_with_relu(name, 1)} == set(CONVOLUTIONS)
    assert {name for name in OPERATIONS if starts_with_relu(name, 2)} == {*CONVOLUTIONS, "skip_connect"}


def test_that_norms_of_a_search_learn_nothing() -> None:
    for module in (build_operation("sep_conv_5x5", 4, 2, affine=False), Shrink(4, 4, False), Pointwise(4, 4, False)):
        assert all("norm" not in name for name, _ in module.named_parameters())


def test_that_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ValueError, match="swish_conv_9x9"):
        build_operation("swish_conv_9x9", 4, 1)


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_that_a_step_of_two_with_few_channels_learns_on_the_cpu(channels: int) -> None:
    """A 1x1 convolution of torch with a step of two and few channels wrote past its memory in its backward pass."""
    shrink = Shrink(channels, channels).to(memory_format=torch.channels_last)
    for _ in range(20):
        frames = torch.randn(6, channels, 32, 32).contiguous(memory_format=torch.channels_last).requires_grad_()
        shrink(frames).square().mean().backward()
        assert frames.grad is not None
        assert torch.isfinite(frames.grad).all()
