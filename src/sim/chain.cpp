// SPDX-License-Identifier: MIT
// Chain: slots, blocks, state and the applying of outcomes. Submission is in chain_submit.cpp.
#include "sniperforge/sim/chain.hpp"

#include <algorithm>
#include <limits>

#include "sim/chain_state.hpp"
#include "sim/durable_nonce.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::sim {
namespace {

// Blocks remembered: enough for finality under any option and for expired hashes to be told apart.
constexpr std::size_t kBlocksKept = 512;
// Blocks before the first slot, so that every commitment has one from the start.
constexpr std::uint64_t kBlocksBefore = 64;

Hash seeded_hash(std::string_view text, std::uint64_t seed) {
    Bytes bytes{text.begin(), text.end()};
    append_le(bytes, seed);
    return solana::sha256(bytes);
}

Hash next_hash(const Hash& parent, Slot slot) {
    Bytes bytes{parent.bytes.begin(), parent.bytes.end()};
    append_le(bytes, slot.value);
    return solana::sha256(bytes);
}

Account program_account(bool is_builtin) {
    static const Pubkey native_loader =
        pubkey_constant("NativeLoader1111111111111111111111111111111");
    static const Pubkey program_loader =
        pubkey_constant("BPFLoaderUpgradeab1e11111111111111111111111");
    constexpr std::uint64_t kProgramLamports = 1'141'440;  // Rent of 36 bytes, as on mainnet.
    return {Lamports{kProgramLamports}, is_builtin ? native_loader : program_loader, true, {}};
}

}  // namespace

ChainState::ChainState(const ChainOptions& chain_options)
    : options{chain_options},
      rng{chain_options.seed},
      signature_rng{rng.fork(0x7369'676e)},
      slot{chain_options.first_slot},
      receipts{chain_options.receipts_kept, chain_options.market_receipts_kept} {
    history.set_depth(options.are_reads_at_commitment ? kHistorySlots : 0);
    SF_ASSERT(options.first_slot.value > kBlocksBefore &&
              options.first_height.value > kBlocksBefore);
    Hash hash = seeded_hash("sniperforge simulated genesis", options.seed);
    for (std::uint64_t back = kBlocksBefore; back > 0; --back) {
        const Slot at{options.first_slot.value - back};
        hash = next_hash(hash, at);
        const BlockHeight height{options.first_height.value - back + 1};
        blocks.push_back({at, height, hash});
        hash_heights[hash] = height;
    }
    for (const ProgramEntry& program : programs()) {
        accounts[program.id] = program_account(program.is_builtin);
    }
}

const Account* ChainState::find(const Pubkey& key) const {
    const auto found = accounts.find(key);
    return found == accounts.end() ? nullptr : &found->second;
}

bool ChainState::is_blockhash_valid(const Hash& hash) const {
    return is_blockhash_valid(hash, slot);
}

bool ChainState::is_blockhash_valid(const Hash& hash, Slot tip) const {
    const auto known = height_of(hash, tip);
    // The block being built is one above the last.
    return known && block_at(0, tip).height.value + 1 <= known->value + kBlockhashAgeMax;
}

WallTime ChainState::slot_time(Slot tip) const {
    const auto slots = static_cast<std::int64_t>(tip.since(options.first_slot));
    return options.first_slot_time + options.slot_duration * slots + clock_offset;
}

ChainClock ChainState::clock(Slot tip) const {
    return {tip,
            slot_time(tip).seconds(),
            tip.value / options.epoch_slots,
            options.lamports_per_byte,
            block_at(0, tip).hash,
            reshaped,
            this};
}

std::optional<std::size_t> ChainState::slot_hash_position(Slot of, Slot tip) const {
    constexpr std::size_t kSlotHashes = 512;
    std::size_t position = 0;
    for (auto block = blocks.rbegin(); block != blocks.rend() && position < kSlotHashes; ++block) {
        if (block->slot >= tip) {
            continue;
        }
        if (block->slot == of) {
            return position;
        }
        ++position;
    }
    return std::nullopt;
}

bool ChainState::is_alive(const solana::Message& message, Slot tip) const {
    return is_blockhash_valid(message.recent_blockhash, tip) ||
           nonce_use(*this, message, tip).has_value();
}

const Block& ChainState::block_at(int commitment, Slot tip) const {
    const std::uint64_t lag = commitment <= 0   ? 0
                              : commitment == 1 ? options.confirmed_after_slots
                                                : options.finalized_after_slots;
    // No supermajority votes for a branch that dies, and none makes it final.
    const auto is_above = [&](bool is_confirmed) { return commitment > (is_confirmed ? 1 : 0); };
    Slot newest = fork && is_above(fork->options.is_confirmed) ? fork->point : tip;
    const auto is_old_enough = [&](const Block& block) {
        return block.slot.value + lag <= tip.value && block.slot < tip && block.slot <= newest;
    };
    if (const DeadBranch* branch = branch_at(tip)) {
        const auto dead =
            std::find_if(branch->blocks.rbegin(), branch->blocks.rend(), is_old_enough);
        if (!is_above(branch->is_confirmed) && dead != branch->blocks.rend()) {
            return *dead;
        }
        newest = branch->point;
    }
    const auto found = std::find_if(blocks.rbegin(), blocks.rend(), is_old_enough);
    return found == blocks.rend() ? blocks.front() : *found;
}

void ChainState::open_slot() {
    is_skipped = false;
    if (!is_announced && observer != nullptr) {
        observer->on_slot(slot, blocks.back().slot, block_at(2, slot).slot);
    }
    is_announced = true;
}

void ChainState::store(const Pubkey& key, Account account) {
    remember(key);
    // The runtime removes what has no lamports, with its data.
    if (account.lamports.is_zero()) {
        account = Account{};
        accounts.erase(key);
    } else {
        accounts[key] = account;
    }
    if (observer != nullptr) {
        observer->on_account(key, account, slot);
    }
}

const Receipt& ChainState::apply(Processed processed, BytesView wire, bool is_market) {
    for (LoadedAccount& loaded : processed.accounts) {
        if (loaded.is_changed) {
            store(loaded.key, std::move(loaded.account));
        }
    }
    Receipt& receipt = processed.receipt;
    receipt.slot = slot;
    receipt.block_time = slot_time(slot);
    receipt.wire.assign(wire.begin(), wire.end());
    if (!is_market) {
        executed.insert(receipt.signature);
        executed_order.push_back({BlockHeight{blocks.back().height.value + 1}, receipt.signature});
    }
    if (fork) {
        fork->ran.push_back({receipt.signature, receipt.wire, is_market});
    }
    const Receipt& stored = receipts.add(std::move(receipt), is_market);
    if (observer != nullptr) {
        observer->on_transaction(stored);
    }
    return stored;
}

void ChainState::finish_block() {
    const Block& parent = blocks.back();
    const Block block{slot, parent.height.plus(1), next_hash(parent.hash, slot)};
    hash_heights[block.hash] = block.height;
    blocks.push_back(block);
    while (blocks.size() > kBlocksKept) {
        hash_heights.erase(blocks.front().hash);
        blocks.pop_front();
    }
    // A hash lives for 150 blocks: after twice that no copy of the transaction can be valid.
    while (!executed_order.empty() &&
           block.height.since(executed_order.front().height) > 2 * kBlockhashAgeMax) {
        executed.erase(executed_order.front().signature);
        executed_order.pop_front();
    }
}

Chain::Chain(const ChainOptions& options) : state_{std::make_unique<State>(options)} {}
Chain::~Chain() = default;

void Chain::advance_slot() {
    if (!state_->is_skipped) {
        state_->open_slot();
        state_->run_queue();
        state_->finish_block();
    }
    state_->slot = state_->slot.plus(1);
    state_->is_announced = false;
    state_->is_skipped = state_->rng.chance(state_->options.slot_skip_probability);
    state_->trim_history();
    if (state_->fork && state_->slot > state_->fork->last) {
        state_->abandon_fork();
        return;
    }
    if (state_->fork_wanted) {
        state_->begin_fork();
    }
    if (!state_->is_skipped) {
        state_->open_slot();
    }
}

Slot Chain::slot() const { return state_->slot; }

Slot Chain::slot_at(int commitment) const {
    return commitment <= 0 ? state_->slot : state_->block_at(commitment, state_->slot).slot;
}

BlockHeight Chain::block_height(int commitment) const {
    return state_->block_at(commitment, state_->slot).height;
}

Hash Chain::latest_blockhash(int commitment) const {
    return state_->block_at(commitment, state_->slot).hash;
}

std::optional<BlockHeight> Chain::last_valid_height(const Hash& blockhash) const {
    if (!state_->is_blockhash_valid(blockhash)) {
        return std::nullopt;
    }
    return state_->hash_heights.at(blockhash).plus(kBlockhashAgeMax);
}

Hash Chain::genesis_hash() const {
    return seeded_hash("sniperforge simulated genesis", state_->options.seed);
}

WallTime Chain::slot_time() const { return state_->slot_time(state_->slot); }
void Chain::reshape(std::vector<Pubkey> reshaped) { state_->reshaped = std::move(reshaped); }
void Chain::jump_clock(Duration jump) { state_->clock_offset += jump; }
bool Chain::is_slot_skipped() const { return state_->is_skipped; }
std::uint64_t Chain::epoch() const { return state_->clock(state_->slot).epoch; }

const Account* Chain::account(const Pubkey& pubkey) const { return state_->find(pubkey); }

void Chain::put_account(const Pubkey& pubkey, Account account) {
    if (state_->fork) {
        // Not a part of the branch: this is what the fork's end restores.
        state_->fork->before.try_emplace(pubkey, Fork::Before{std::nullopt, state_->slot})
            .first->second.account =
            account.lamports.is_zero() ? std::nullopt : std::optional{account};
    }
    state_->store(pubkey, std::move(account));
}

void Chain::add_lamports(const Pubkey& pubkey, Lamports amount) {
    const auto with_amount = [&](const Account* account) {
        Account richer = account == nullptr ? Account{} : *account;
        richer.lamports = richer.lamports.saturating_add(amount);
        return richer;
    };
    state_->open_slot();
    const Account* now = state_->find(pubkey);
    if (state_->fork) {
        auto& before = state_->fork->before;
        const auto found = before.find(pubkey);
        if (found == before.end()) {
            before.emplace(pubkey, Fork::Before{with_amount(now), state_->slot});
        } else {
            auto& account = found->second.account;
            account = with_amount(account ? &*account : nullptr);
        }
    }
    state_->store(pubkey, with_amount(now));
}

void Chain::erase_account(const Pubkey& pubkey) {
    if (state_->find(pubkey) != nullptr) {
        state_->store(pubkey, {});  // Told to whoever watches it, as any closing.
    }
    state_->history.forget(pubkey);
    if (state_->fork) {
        state_->fork->before.erase(pubkey);
    }
}

std::vector<Pubkey> Chain::accounts_owned_by(const Pubkey& owner) const {
    std::vector<Pubkey> owned;
    for (const auto& [key, account] : state_->accounts) {
        if (account.owner == owner) {
            owned.push_back(key);
        }
    }
    std::ranges::sort(owned);
    return owned;
}

std::uint64_t Chain::rent_exempt_minimum(std::size_t data_length) const {
    return state_->clock(state_->slot).rent_exempt_minimum(data_length);
}

std::size_t Chain::account_count() const { return state_->accounts.size(); }

const Receipt* Chain::receipt(const Signature& signature) const {
    return state_->receipts.find(signature);
}

std::vector<const Receipt*> Chain::receipts_of(const Pubkey& address, std::size_t limit) const {
    return state_->receipts.of(address, limit);
}

std::size_t Chain::queued() const { return state_->queue.size(); }

void Chain::set_observer(ChainObserver* observer) { state_->observer = observer; }
void Chain::set_queue_watcher(QueueWatcher* watcher) { state_->queue_watcher = watcher; }

}  // namespace sniperforge::sim
