// SPDX-License-Identifier: MIT
// What an owner holds of tokens, read by RPC: pools whose accounts do not say what they trade are
// named by it.
#include <fmt/format.h>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::feed {

void Feed::State::read_holdings(const Pubkey& owner, std::uint32_t tries) {
    // Both programs are asked at once; the owner's own comes back empty from one of them.
    struct Reading {
        std::size_t outstanding = 2;
        bool is_found = false;
        std::string problem;
    };
    const auto reading = std::make_shared<Reading>();
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        rpc_.get_token_accounts_by_owner(
            owner, program, Commitment::Processed,
            [this, owner, tries, reading,
             alive = std::weak_ptr{alive_}](const rpc::RpcResult<rpc::KeyedAccounts>& found) {
                if (alive.expired()) {
                    return;
                }
                if (found) {
                    reading->is_found |= deliver_holdings(*found);
                } else {
                    reading->problem = found.error().text();
                }
                if (--reading->outstanding == 0 && !reading->is_found) {
                    read_holdings_again(owner, tries, reading->problem);
                }
            });
    }
}

bool Feed::State::deliver_holdings(const rpc::KeyedAccounts& found) {
    for (const rpc::AccountData& account : found.accounts) {
        ++statistics_.backfilled;
        deliver(AccountUpdate{.slot = found.context_slot,
                              .pubkey = account.pubkey,
                              .owner = account.owner,
                              .lamports = account.lamports,
                              .data = account.data,
                              .is_read = true},
                reactor_.now());
    }
    return !found.accounts.empty();
}

// The node that answered may not have the slot yet in which the owner came to be.
void Feed::State::read_holdings_again(const Pubkey& owner, std::uint32_t tries,
                                      const std::string& problem) {
    if (tries + 1 >= kHoldingsTriesMax) {
        note_problem(fmt::format("reading the tokens of {}: {} tries found none{}{}",
                                 owner.to_string(), kHoldingsTriesMax,
                                 problem.empty() ? "" : "; the last one: ", problem));
        return;
    }
    const Duration delay = clock_.slot_time() / 2 * (1U << tries);
    reactor_.schedule_after(delay, [this, owner, tries, alive = std::weak_ptr{alive_}] {
        if (!alive.expired()) {
            read_holdings(owner, tries + 1);
        }
    });
}

}  // namespace sniperforge::feed
