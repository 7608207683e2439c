// SPDX-License-Identifier: MIT
// What is to be heard and read next, behind the orders.
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::engine {

void Pipeline::on_round(VenueId venue, bool is_complete) {
    if (is_complete) {
        shapes_.round_read(venue);
    }
}

// A new pool's own account is heard through its program so far: from now on as any other, in one
// stream with its vaults or ticks, which are written together.
void Pipeline::arm_new_pools() {
    if (is_recorded_) {
        pools_armed_ = static_cast<std::uint32_t>(book_.size());
    }
    for (; pools_armed_ < book_.size(); ++pools_armed_) {
        const PoolIndex pool{pools_armed_};
        classes_.arm(book_, pool);
        executor_->expect_orders(pool);
        const std::vector<Pubkey> accounts = book_.own_accounts_of(pool);
        feed_->watch_together(accounts, classes_.priority_of(accounts[0]));
    }
}

void Pipeline::request_reads() {
    read_evidence();
    ask_names();
    for (const PoolIndex pool : book_.take_pools_moved()) {
        classes_.move(book_, pool);
    }
    if (const auto unwanted = book_.take_accounts_unwanted(); !unwanted.empty()) {
        feed_->unwatch(unwanted);
    }
    for (const Pubkey& pool : book_.take_pools_unnamed()) {
        feed_->read_holdings(pool);
    }
    for (const Pubkey& account : detector_.take_accounts_wanted()) {
        feed_->watch({&account, 1}, classes_.priority_of(account));
    }
    for (const Pubkey& account : detector_.take_transactions_wanted()) {
        if (transactions_ != nullptr) {
            transactions_->look_up(account);
        }
    }
    for (const Signature& signature : detector_.take_signatures_wanted()) {
        if (transactions_ != nullptr) {
            transactions_->look_up(signature);
        }
    }
}

}  // namespace sniperforge::engine
