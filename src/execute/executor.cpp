// SPDX-License-Identifier: MIT
#include "sniperforge/execute/executor.hpp"

#include <fmt/format.h>

#include "execute/executor_state.hpp"

namespace sniperforge::execute {

Executor::Executor(const ExecutorDependencies& dependencies,
                   const config::ExecutionSettings& settings)
    : state_{std::make_shared<State>(dependencies, settings)} {}

Executor::~Executor() = default;

void Executor::start() {
    state_->finalized.when_believed([weak = std::weak_ptr{state_}] {
        if (const auto self = weak.lock()) {
            self->refresh_blockhash();
        }
    });
    state_->ask_finalized(state_->reactor.now(), true);
    state_->read_rent();
    state_->refresh_tables();
}

bool Executor::is_ready() const { return state_->is_ready(); }
std::string Executor::missing() const { return state_->missing(); }
Lamports Executor::token_account_rent() const { return state_->rent.value_or(Lamports{}); }
std::size_t Executor::in_flight() const {
    return state_->flights.size() - state_->statistics.unknown;
}
std::size_t Executor::fills_provisional() const { return state_->provisional.size(); }
std::size_t Executor::fills_doubted() const { return state_->doubted + state_->unreadable; }
std::span<const Pubkey> Executor::tip_accounts() const { return state_->tips_known; }
const ExecutorStatistics& Executor::statistics() const {
    state_->statistics.paths.executes = state_->jupiter.sends();
    return state_->statistics;
}

void Executor::submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) {
    state_->submit(order, trace, hints);
}

void Executor::resume(const OrderIntent& intent, const Signature& signature,
                      BlockHeight last_valid_height, const std::optional<NonceLease>& lease) {
    state_->resume(intent, signature, last_valid_height, lease);
}

void Executor::resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                      const std::optional<NonceLease>& lease) {
    state_->resume(fill, last_valid_height, lease);
}

std::vector<Pubkey> Executor::take_nonces_due(MonoTime now, bool only_for_orders) {
    return state_->nonces.take_due(now, only_for_orders);
}

Lamports Executor::nonce_advance_cost() const { return state_->advance_cost(); }
bool Executor::retire_nonces(Slot since) { return state_->nonces.retire(since); }
NonceStatistics Executor::nonces() const { return state_->nonces.statistics(); }

void Executor::resume_fees(Lamports paid_today) { state_->fees.caps.count(paid_today); }

Lamports Executor::fees_used_today() const { return state_->fees.caps.used(); }

Offer Executor::offer(std::optional<PoolIndex> pool) const { return state_->offer(pool); }
void Executor::expect_orders(PoolIndex pool) { state_->expect_orders(pool); }

void Executor::advance(const SignatureUpdate& update) {
    if (auto* flight = state_->find(update.signature);
        flight != nullptr && flight->step == Step::Sent) {
        state_->settle(*flight, update.slot);
    }
}

void Executor::on_slot(Slot slot) { state_->paths.note_slot(slot, state_->reactor.now()); }
void Executor::on_tick(MonoTime now) { state_->on_tick(now); }

}  // namespace sniperforge::execute
