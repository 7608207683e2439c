// SPDX-License-Identifier: MIT
#include "recording/tap.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sniperforge::recording {
namespace {

// A run that is killed loses the records of so long.
constexpr Duration kWaitingMax = std::chrono::seconds{1};
// A block ends between calls; one call alone never has so much.
constexpr std::size_t kCallBytesMax = std::size_t{32} << 20U;

}  // namespace

Tap::Call::Call(Tap& tap, const ChainUpdate& update, const Trace& trace) : tap_{tap} {
    tap_.update_.clear();
    append_le(tap_.update_, trace.received.ns);
    append_le(tap_.update_, trace.decoded.ns);
    append_update(update, tap_.update_);
    tap_.begin(Kind::ChainUpdate, tap_.update_);
}

void Tap::begin(Kind kind, BytesView args) {
    if (!levels_.empty() && !std::exchange(levels_.back().is_told, true)) {
        const Level& level = levels_.back();
        small_.clear();
        small_.push_back(static_cast<std::uint8_t>(level.op));
        append_number(small_, level.count[static_cast<std::size_t>(level.op)]);
        put(Kind::Outside, small_);
    }
    const MonoTime mono = clock_.now();
    const WallTime wall = clock_.wall_now();
    call_.clear();
    append_step(call_, mono.ns - mono_.ns);
    append_step(call_, wall.ns - wall_.ns);
    append(call_, args);
    mono_ = mono;
    wall_ = wall;
    put(kind, call_);
    levels_.emplace_back();
    is_inside_ = true;
}

void Tap::end() {
    put(Kind::Return, {});
    levels_.pop_back();
    is_inside_ = false;
    hand_over_if_due();
}

void Tap::leave(Op op) {
    Level& level = levels_.back();
    level.op = op;
    level.is_told = false;
    ++level.count[static_cast<std::size_t>(op)];
    is_inside_ = false;
}

void Tap::come_back() {
    if (levels_.back().is_told) {
        put(Kind::OutsideEnd, {});
    }
    is_inside_ = true;
}

void Tap::mono(MonoTime time) {
    small_.clear();
    append_step(small_, time.ns - mono_.ns);
    mono_ = time;
    put(Kind::Mono, small_);
}

void Tap::wall(WallTime time) {
    small_.clear();
    append_step(small_, time.ns - wall_.ns);
    wall_ = time;
    put(Kind::Wall, small_);
}

void Tap::offer(const execute::Offer& offer) {
    if (has_offer_ && offer == offer_) {
        return put(Kind::SameOffer, {});
    }
    has_offer_ = true;
    offer_ = offer;
    ArchiveWriter parts{kAsItIs};
    parts(offer);
    put(Kind::Offer, parts.bytes());
}

void Tap::own_swaps(std::span<const dex::SwapOutstanding> swaps) {
    if (std::ranges::equal(swaps, swaps_)) {
        return put(Kind::SameSwaps, {});
    }
    swaps_.assign(swaps.begin(), swaps.end());
    ArchiveWriter parts{kAsItIs};
    parts(swaps_);
    put(Kind::OwnSwaps, parts.bytes());
}

void Tap::number(Kind kind, std::uint64_t value) {
    small_.clear();
    append_number(small_, value);
    put(kind, small_);
}

void Tap::keys(Kind kind, const std::vector<Pubkey>& keys) {
    ArchiveWriter parts{kAsItIs};
    parts(keys);
    put(kind, parts.bytes());
}

void Tap::decided(engine::RecorderItem item, bool is_taken) {
    if (writer_.is_on()) {
        writer_.block().decisions.push_back(std::move(item));
    }
    const std::uint8_t taken = is_taken ? 1 : 0;
    put(is_inside_ ? Kind::Decided : Kind::DecidedBeside, {&taken, 1});
}

void Tap::stream_opened(std::uint32_t stream, std::string_view host, std::uint16_t port) {
    small_.clear();
    append_le(small_, stream);
    append_le(small_, port);
    append(small_, bytes_of(host));
    put(Kind::StreamOpened, small_);
}

void Tap::stream_read(std::uint32_t stream, MonoTime at, BytesView bytes) {
    update_.clear();
    append_le(update_, stream);
    append_le(update_, at.ns);
    append(update_, bytes);
    put(Kind::StreamRead, update_);
    hand_over_if_due();
}

void Tap::stream_closed(std::uint32_t stream, std::string_view reason) {
    small_.clear();
    append_le(small_, stream);
    append(small_, bytes_of(reason));
    put(Kind::StreamClosed, small_);
}

void Tap::put(Kind kind, BytesView body) {
    if (!writer_.is_on()) {
        return writer_.miss();
    }
    Block& block = writer_.block();
    block.bytes.push_back(static_cast<std::uint8_t>(kind));
    append_number(block.bytes, body.size());
    append(block.bytes, body);
    ++block.records;
}

void Tap::hand_over_if_due() {
    const std::size_t bytes = writer_.block().bytes.size();
    const bool is_due = bytes >= Writer::kBlockBytes || mono_ - handed_over_ >= kWaitingMax;
    if ((levels_.empty() && is_due) || bytes >= kCallBytesMax) {
        handed_over_ = mono_;
        writer_.hand_over();
    }
}

}  // namespace sniperforge::recording
