// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/height_hearing.hpp"

#include <utility>
#include <vector>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::rpc {

struct HeightHearing::State {
    net::Reactor& reactor;
    RpcClient& rpc;
    Commitment commitment;
    PaceGauge gauge;
    std::vector<bool> is_asked, is_doubted;  // By endpoint.
    std::function<void()> then{};

    void hear(std::size_t reader, const ChainHeight& told) {
        gauge.hear(reader, told, reactor.now());
        if (gauge.believed() && then) {
            std::exchange(then, nullptr)();
        }
        // Each change once.
        const bool is_far = gauge.is_doubted(reader);
        if (is_far == is_doubted[reader]) {
            return;
        }
        is_doubted[reader] = is_far;
        const ChainHeight& known = gauge.believed()->chain;
        telemetry::warning("rpc",
                           "endpoint {} tells of block height {} in slot {} ({}), believed are {} "
                           "and {}: {}",
                           rpc.reader_name(reader), told.height.value, told.slot.value,
                           to_string(commitment), known.height.value, known.slot.value,
                           is_far ? "nothing is decided by its word; if it keeps to it, take the "
                                    "endpoint out of network.endpoints"
                                  : "its word counts again");
    }
};

HeightHearing::HeightHearing(net::Reactor& reactor, RpcClient& rpc, Commitment commitment)
    : state_{std::make_shared<State>(State{.reactor = reactor,
                                           .rpc = rpc,
                                           .commitment = commitment,
                                           .gauge = PaceGauge{rpc.readers()},
                                           .is_asked = std::vector<bool>(rpc.readers()),
                                           .is_doubted = std::vector<bool>(rpc.readers())})} {}

void HeightHearing::ask() {
    for (std::size_t reader = 0; reader < state_->is_asked.size(); ++reader) {
        if (state_->is_asked[reader]) {
            continue;
        }
        state_->is_asked[reader] = true;
        state_->rpc.get_chain_height_from(
            reader, state_->commitment,
            [weak = std::weak_ptr{state_}, reader](const RpcResult<ChainHeight>& told) {
                const auto self = weak.lock();
                if (!self) {
                    return;
                }
                self->is_asked[reader] = false;
                if (told) {
                    self->hear(reader, *told);
                }
            });
    }
}

void HeightHearing::when_believed(std::function<void()> then) { state_->then = std::move(then); }

const std::optional<PaceGauge::Believed>& HeightHearing::believed() const {
    return state_->gauge.believed();
}

ChainHeight HeightHearing::chain() const { return believed() ? believed()->chain : ChainHeight{}; }

bool HeightHearing::can_be_fresh(BlockHeight last_valid_height) const {
    return last_valid_height.value >= solana::kBlockhashBlocks &&
           state_->gauge.can_be_newest(
               BlockHeight{last_valid_height.value - solana::kBlockhashBlocks},
               state_->reactor.now());
}

bool HeightHearing::has_passed(BlockHeight last_valid_height, MonoTime fresh_at) const {
    if (!believed()) {
        return false;
    }
    const auto& [chain, is_borne_out] = *believed();
    const Duration age = state_->reactor.now() - fresh_at;
    // A node told it that was wrong, and was believed then: it would never come.
    constexpr std::uint64_t kFarthest = solana::kBlockhashBlocks + PaceGauge::kAheadMax;
    if (is_borne_out && last_valid_height.since(chain.height) > kFarthest) {
        return age >= kLifeMax;
    }
    return chain.height > last_valid_height && age >= expiry_floor(is_borne_out);
}

}  // namespace sniperforge::rpc
