"""The weighted sum of normalised operations without ever making the normalised pictures: exact, in half the passes.

A search network spends most of its time in passes over memory: every candidate is projected, normalised by its batch,
weighted and added. Batch statistics of a projection follow from the second moments of what it projects, so norm and
weight fold into the projection, and the sum of all candidates becomes one small matrix product each.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

EPSILON: Final = 1e-5  # of batch norm, as everywhere in the network


class Term(NamedTuple):
    """One candidate of an edge just before its projection and norm.

    Attributes
    ----------
    picture
        (N, C, H, W).
    projection
        (C, C), outputs by inputs.
    """

    picture: Tensor
    projection: Tensor


def mixed(
    terms: Sequence[Term], plain: Sequence[Tensor], weights: Tensor, plain_weights: Tensor, channels: int
) -> Tensor:
    """Return sum_k w_k norm(P_k d_k) + sum_j u_j v_j.

    Parameters
    ----------
    terms
        Candidates that are projected by P_k and normalised by their batch.
    plain
        Candidates that are added as they are, each (N, C, H, W), or (N, C/E, H, W) where all parts read the same.
    weights, plain_weights
        (len(terms), E) and (len(plain), E): what each candidate counts in each of E equal parts of the channels.
    channels
        C.

    Returns
    -------
    Tensor
        (N, C, H, W), channels last.

    Notes
    -----
    Let m and S be mean and second moments of d (a vector and a matrix over channels). P d has mean P m and variance
    diag(P (S - m m^T) P^T); with r = 1 / sqrt(variance + epsilon), norm(P d) = diag(r) P d - r * P m. The gradients are
    those of Ioffe and Szegedy 2015, section 3, written in the same moments and in T = mean of g d^T.
    """
    if all(term.picture.dtype in (torch.float32, torch.float64) for term in terms):
        flat = [tensor for term in terms for tensor in term]
        result: Tensor = _Mixed.apply(channels, weights, plain_weights, *flat, *plain)
        return result
    return _mixed_singly(terms, plain, weights, plain_weights, channels)


def normed_projection(term: Term) -> Tensor:
    """Return norm(P d), (N, C, H, W), channels last."""
    one = term.projection.new_ones((1, 1))
    return mixed([term], [], one, one[:0], len(term.projection))


def _mixed_singly(
    terms: Sequence[Term], plain: Sequence[Tensor], weights: Tensor, plain_weights: Tensor, channels: int
) -> Tensor:
    """Do the same one candidate after another, for arithmetic in which moments would lose their digits."""
    total: Tensor | int = 0
    for term, weight in zip(terms, weights, strict=True):
        projected = functional.conv2d(term.picture, term.projection[:, :, None, None])
        normed = functional.batch_norm(projected, None, None, training=True, eps=EPSILON)
        total = total + normed * _of_channels(weight, channels).view(1, -1, 1, 1).to(normed.dtype)
    for picture, weight in zip(plain, plain_weights, strict=True):
        wide = picture.repeat(1, channels // picture.shape[1], 1, 1)
        total = total + wide * _of_channels(weight, channels).view(1, -1, 1, 1).to(wide.dtype)
    assert isinstance(total, Tensor)  # noqa: S101 - an edge has candidates
    return total


def _of_channels(weight: Tensor, channels: int) -> Tensor:
    """Return what each channel counts, (C,), from what each part counts, (E,)."""
    return weight.repeat_interleave(channels // len(weight))


class _Moments(NamedTuple):
    """What the backward pass needs of one term: mean m (C,), second moments S (C, C), P m (C,), r (C,)."""

    mean: Tensor
    second: Tensor
    projected_mean: Tensor
    scale: Tensor


def _moments(rows: Tensor, projection: Tensor) -> _Moments:
    count = len(rows)
    mean = rows.mean(0)
    second = (rows.t() @ rows).div_(count)
    projected_mean = projection @ mean
    covariance = torch.addmm(second, mean[:, None], mean[None, :], alpha=-1)
    variance = ((projection @ covariance) * projection).sum(1).clamp_(min=0)
    return _Moments(mean, second, projected_mean, torch.rsqrt(variance + EPSILON))


class _Mixed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, channels: int, weights: Tensor, plain_weights: Tensor, *flat: Tensor) -> Tensor:
        count = len(weights)
        pictures, projections, plain = flat[0 : 2 * count : 2], flat[1 : 2 * count : 2], flat[2 * count :]
        shape = (pictures or plain)[0].shape
        rows = [_rows(picture) for picture in pictures]
        kept = [_moments(row, projection) for row, projection in zip(rows, projections, strict=True)]
        offset = weights.new_zeros(channels)
        folded = []
        for moments, projection, weight in zip(kept, projections, weights, strict=True):
            factor = _of_channels(weight, channels) * moments.scale
            offset -= factor * moments.projected_mean
            folded.append(factor[:, None] * projection)
        result = torch.empty(
            (shape[0], channels, *shape[2:]),
            device=weights.device,
            dtype=weights.dtype,
            memory_format=torch.channels_last,
        )
        total = _rows(result)
        _project(total, rows, folded, offset)
        for picture, weight in zip(plain, plain_weights, strict=True):
            row = _rows(picture)
            width = row.shape[1]
            factor = _of_channels(weight, channels).view(1, -1, width)
            total.view(len(row), -1, width).addcmul_(row[:, None, :], factor)
        ctx.save_for_backward(weights, plain_weights, *flat, *(tensor for moments in kept for tensor in moments))
        ctx.plain = len(plain)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        needed = ctx.needs_input_grad
        weights, plain_weights, *saved = ctx.saved_tensors
        count = len(weights)
        flat, numbers = saved[: 2 * count + ctx.plain], saved[2 * count + ctx.plain :]
        gradient = _rows(gradients[0])
        mean = gradient.mean(0) if count else gradient
        by_weights = torch.empty_like(weights)
        found: list[Tensor | None] = []
        for index in range(count):
            moments = _Moments(*numbers[4 * index : 4 * index + 4])
            picture, projection = flat[2 * index : 2 * index + 2]
            wanted = needed[3 + 2 * index], needed[4 + 2 * index]
            by_picture, by_projection, by_weights[index] = _term_gradients(
                gradient, mean, _rows(picture), projection, weights[index], moments, wanted
            )
            found += [None if by_picture is None else _picture(by_picture, picture.shape), by_projection]
        by_plain_weights = torch.empty_like(plain_weights)
        for index, picture in enumerate(flat[2 * count :]):
            by_picture, by_plain_weights[index] = _plain_gradients(
                gradient, _rows(picture), plain_weights[index], needed[1 + 2 + 2 * count + index], needed[2]
            )
            found.append(None if by_picture is None else _picture(by_picture, picture.shape))
        return None, by_weights, by_plain_weights, *found


def _term_gradients(
    gradient: Tensor,
    gradient_mean: Tensor,
    rows: Tensor,
    projection: Tensor,
    weight: Tensor,
    moments: _Moments,
    wanted: tuple[bool, bool],
) -> tuple[Tensor | None, Tensor | None, Tensor]:
    """Return the gradients of a term's picture (as rows), its projection and its weights."""
    mean, second, projected_mean, scale = moments
    count = len(rows)
    cross = (gradient.t() @ rows).div_(count)
    # agreement: mean over the batch of gradient times normalised picture, a number a channel
    agreement = scale * ((projection * cross).sum(1) - projected_mean * gradient_mean)
    factor = _of_channels(weight, len(scale)) * scale
    by_picture = by_projection = None
    if wanted[0]:
        folded = factor[:, None] * projection
        pull = scale * agreement
        back = (projection * pull[:, None]).t() @ folded
        offset = (projected_mean * pull - gradient_mean) @ folded
        by_picture = torch.addmm(offset, gradient, folded).addmm_(rows, back, alpha=-1)
    if wanted[1]:
        spread = projection @ second - torch.outer(projected_mean, mean)
        raw = cross - torch.outer(gradient_mean, mean) - (agreement * scale)[:, None] * spread
        by_projection = (count * factor)[:, None] * raw
    return by_picture, by_projection, count * agreement.view(len(weight), -1).sum(1)


def _plain_gradients(
    gradient: Tensor, rows: Tensor, weight: Tensor, of_picture: bool, of_weight: bool
) -> tuple[Tensor | None, Tensor]:
    channels, width = gradient.shape[1], rows.shape[1]
    parts = gradient.view(len(gradient), -1, width)
    by_weight = torch.zeros_like(weight)
    if of_weight and len(weight) == 1:
        by_weight = torch.dot(gradient.flatten(), rows.flatten())
    elif of_weight:
        by_channel = (gradient.t() @ rows).view(-1, width, width).diagonal(dim1=1, dim2=2)
        by_weight = by_channel.reshape(len(weight), -1).sum(1)
    if not of_picture:
        return None, by_weight
    share = _of_channels(weight, channels)
    by_picture = gradient * share if width == channels else (parts * share.view(1, -1, width)).sum(1)
    return by_picture, by_weight


def _project(total: Tensor, rows: Sequence[Tensor], folded: Sequence[Tensor], offset: Tensor) -> None:
    """Fill the rows of a result with the offset and the sum of all projections."""
    if not rows:
        total.copy_(offset.expand_as(total))
        return
    torch.addmm(offset, rows[0], folded[0].t(), out=total)
    for row, matrix in zip(rows[1:], folded[1:], strict=True):
        total.addmm_(row, matrix.t())


def _rows(picture: Tensor) -> Tensor:
    """Return (N, C, H, W) as rows (NHW, C), without a copy where the channels lie last in memory."""
    return picture.permute(0, 2, 3, 1).reshape(-1, picture.shape[1])


def _picture(rows: Tensor, shape: torch.Size) -> Tensor:
    count, _, height, width = shape
    return rows.view(count, height, width, -1).permute(0, 3, 1, 2)
