// SPDX-License-Identifier: MIT
// Chain's forks: a branch that is processed and then abandoned, and the past that this needs.
#include <fmt/format.h>

#include <algorithm>

#include "sim/chain_state.hpp"

namespace sniperforge::sim {
namespace {

bool is_equal(const Account* a, const std::optional<Account>& b) {
    if (a == nullptr || !b) {
        return (a == nullptr) == !b;
    }
    return a->lamports == b->lamports && a->owner == b->owner &&
           a->is_executable == b->is_executable && a->data == b->data;
}

}  // namespace

const Account* ChainState::find_at(const Pubkey& key, Slot as_of) const {
    if (const std::optional<Account>* then = history.find(key, as_of)) {
        return *then ? &**then : nullptr;
    }
    return find(key);
}

const DeadBranch* ChainState::branch_at(Slot tip) const {
    const auto found = std::ranges::find_if(dead_branches, [tip](const DeadBranch& branch) {
        return tip > branch.point && tip < branch.abandoned_at;
    });
    return found == dead_branches.end() ? nullptr : &*found;
}

std::optional<BlockHeight> ChainState::height_of(const Hash& hash, Slot tip) const {
    const DeadBranch* branch = branch_at(tip);
    if (branch != nullptr) {
        const auto dead = std::ranges::find(branch->blocks, hash, &Block::hash);
        if (dead != branch->blocks.end()) {
            return dead->slot < tip ? std::optional{dead->height} : std::nullopt;
        }
    }
    // The living branch has blocks of the same heights as the dead one: who is on that one knows
    // none above the fork's point.
    const BlockHeight highest = branch == nullptr ? block_at(0, tip).height : branch->point_height;
    const auto found = hash_heights.find(hash);
    return found != hash_heights.end() && found->second <= highest ? std::optional{found->second}
                                                                   : std::nullopt;
}

void ChainState::remember(const Pubkey& key) {
    if (!history.is_on() && !fork) {
        return;
    }
    const Account* before = find(key);
    if (history.is_on()) {
        history.record(key, slot, before);
    }
    if (fork) {
        fork->before.try_emplace(
            key, Fork::Before{before == nullptr ? std::nullopt : std::optional{*before}, slot});
    }
}

void ChainState::trim_history() {
    history.trim(slot);
    while (!dead_branches.empty() && !history.remembers(dead_branches.front().abandoned_at, slot)) {
        dead_branches.pop_front();
    }
}

void ChainState::begin_fork() {
    fork.emplace();
    fork->options = *fork_wanted;
    fork->point = blocks.back().slot;
    fork->first = slot;
    fork->last = slot.plus(fork_wanted->slots - 1);
    fork_wanted.reset();
}

void ChainState::abandon_fork() {
    if (observer != nullptr) {
        observer->on_fork_abandoned(fork->first, fork->last);
    }
    // What clients were last told of: the fork point, or a block of the branch.
    const Slot confirmed = block_at(1, fork->last).slot;
    Fork dead = std::move(*fork);
    fork.reset();
    DeadBranch branch{.point = dead.point,
                      .point_height = {},
                      .abandoned_at = slot,
                      .is_confirmed = dead.options.is_confirmed,
                      .blocks = {},
                      .receipts = {}};
    while (blocks.back().slot > dead.point) {
        hash_heights.erase(blocks.back().hash);
        branch.blocks.insert(branch.blocks.begin(), blocks.back());
        blocks.pop_back();
    }
    branch.point_height = blocks.back().height;
    for (const Fork::Ran& ran : dead.ran) {
        executed.erase(ran.signature);
    }
    std::erase_if(executed_order,
                  [this](const Executed& entry) { return !executed.contains(entry.signature); });
    branch.receipts = receipts.take_since(dead.first);
    if (history.is_on()) {
        dead_branches.push_back(std::move(branch));
    }
    open_slot();  // The slot after a fork always produces a block.
    undo(dead, confirmed);
    if (dead.options.is_requeued) {
        run_again(std::move(dead));
    }
}

void ChainState::undo(const Fork& dead, Slot confirmed) {
    std::vector<Pubkey> keys;
    keys.reserve(dead.before.size());
    for (const auto& [key, account] : dead.before) {
        keys.push_back(key);
    }
    std::ranges::sort(keys);
    for (const Pubkey& key : keys) {
        const auto& [before, written] = dead.before.at(key);
        if (is_equal(find(key), before)) {
            continue;
        }
        revert(key, before);
        if (dead.options.are_reverts_told && observer != nullptr) {
            observer->on_account_reverted(key, before.value_or(Account{}), slot,
                                          written <= confirmed);
        }
    }
}

void ChainState::revert(const Pubkey& key, const std::optional<Account>& before) {
    remember(key);
    if (before) {
        accounts[key] = *before;
    } else {
        accounts.erase(key);
    }
}

// The market's transactions at once, before those of this slot; what clients sent takes the first
// places of the queue, unless its blockhash died with the branch.
void ChainState::run_again(Fork dead) {
    std::deque<Queued> sent;
    for (Fork::Ran& ran : dead.ran) {
        if (!ran.is_market) {
            queued_signatures.insert(ran.signature);
            sent.push_back({ran.signature, std::move(ran.wire)});
            continue;
        }
        const auto transaction = solana::parse_transaction(BytesView{ran.wire});
        SF_ASSERT(transaction.has_value());
        auto processed = process(*transaction, {false, false, false, {}});
        if (!processed.error) {
            apply(std::move(processed), ran.wire, true);
        }
    }
    queue.insert(queue.begin(), std::make_move_iterator(sent.begin()),
                 std::make_move_iterator(sent.end()));
}

Result<void> check(const ForkOptions& options, std::uint32_t confirmed_after_slots) {
    const std::uint32_t slots_min = options.is_confirmed ? confirmed_after_slots + 1 : 1;
    if (options.slots < slots_min || options.slots > kForkSlotsMax) {
        return fail(fmt::format("{} of {} slots: {} to {} are possible",
                                options.is_confirmed ? "fork that is confirmed" : "fork",
                                options.slots, slots_min, kForkSlotsMax));
    }
    return {};
}

Result<void> Chain::fork(const ForkOptions& options) {
    if (auto checked = check(options, state_->options.confirmed_after_slots); !checked) {
        return checked;
    }
    if (is_forked()) {
        return fail(fmt::format("fork of {} slots: another fork lasts until slot {}", options.slots,
                                state_->fork ? state_->fork->last.value
                                             : state_->slot.value + state_->fork_wanted->slots));
    }
    state_->fork_wanted = options;
    return {};
}

bool Chain::is_forked() const { return state_->fork || state_->fork_wanted; }

bool Chain::is_on_fork() const { return state_->fork.has_value(); }

void Chain::keep_history(std::uint64_t slots) {
    state_->history.set_depth(
        std::max(slots, state_->options.are_reads_at_commitment ? kHistorySlots : 0));
    state_->trim_history();
}

}  // namespace sniperforge::sim
