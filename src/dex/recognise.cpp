// SPDX-License-Identifier: MIT
#include "sniperforge/dex/recognise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "dex/pool_parts.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {
namespace {

// Anchor's programs call themselves to write events where logs may be cut: sha256("anchor:event").
constexpr std::array<std::uint8_t, 8> kAnchorEvent{0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
// Flags are known for so many accounts of a shape.
constexpr std::size_t kFlags = 32;

bool is_event(BytesView data) {
    return data.size() >= kAnchorEvent.size() &&
           std::ranges::equal(data.first(kAnchorEvent.size()), kAnchorEvent);
}

// The signs of what moved.
int sign(std::uint64_t before, std::uint64_t after) {
    return after > before ? 1 : after < before ? -1 : 0;
}

class Reader {
 public:
    explicit Reader(const ChainTransaction& transaction) : transaction_{transaction} {}

    Recognised read() {
        for (const ChainInstruction& instruction : transaction_.instructions) {
            const auto venue = venue_of_program(instruction.program);
            if (venue && !is_event(instruction.data)) {
                read_call(*venue, instruction);
            }
        }
        // A curve that moved long ago takes the call to move it as well, and does nothing: what
        // moves one calls the program whose pool it makes.
        std::erase_if(out_.migrations, [this](const PoolMigration& moved) {
            return std::ranges::find(out_.creations, moved.to.pool, &PoolCreation::pool) ==
                   out_.creations.end();
        });
        return std::move(out_);
    }

 private:
    void read_call(VenueId venue, const ChainInstruction& instruction) {
        VenueCall call{.venue = venue, .writable = writable_of(instruction)};
        std::size_t distance_best = 0;
        for (const InstructionShape& shape : instructions_of(venue)) {
            if (!is_called_by(shape, instruction.data)) {
                continue;
            }
            const auto mismatch = compare(venue, shape, instruction, call.writable);
            const std::size_t distance = distance_to(shape, instruction);
            // A form that fits; or else one that the program takes today: with this many accounts,
            // or with fewer, or the nearest.
            const bool is_better =
                call.shape == nullptr || !mismatch ||
                (call.mismatch && !shape.is_former &&
                 (call.shape->is_former ||
                  std::tuple{distance > 0, is_proof(mismatch->difference), distance} <
                      std::tuple{distance_best > 0, is_proof(call.mismatch->difference),
                                 distance_best}));
            if (is_better) {
                call.shape = &shape;
                call.mismatch = mismatch;
                distance_best = distance;
            }
            if (!mismatch) {
                break;
            }
        }
        call.is_like_swap = is_like_swap(instruction);
        if (call.shape != nullptr && call.shape->creation) {
            note_creation(venue, *call.shape, instruction);
        }
        out_.calls.push_back(call);
    }

    [[nodiscard]] static std::size_t distance_to(const InstructionShape& shape,
                                                 const ChainInstruction& instruction) {
        const std::size_t count = instruction.accounts.size();
        return count < shape.accounts_min   ? shape.accounts_min - count
               : count > shape.accounts_max ? count - shape.accounts_max
                                            : 0;
    }

    [[nodiscard]] static std::optional<ShapeMismatch> compare(VenueId venue,
                                                              const InstructionShape& shape,
                                                              const ChainInstruction& instruction,
                                                              std::uint32_t writable) {
        const auto differs = [&](ShapeDifference difference, std::size_t seen) {
            return ShapeMismatch{venue, &shape, difference, seen};
        };
        if (instruction.data.size() < shape.data_bytes_min) {
            return differs(ShapeDifference::DataTooShort, instruction.data.size());
        }
        const std::size_t count = instruction.accounts.size();
        if (count < shape.accounts_min) {
            return differs(ShapeDifference::AccountsMissing, count);
        }
        const std::uint32_t lacking = shape.writable & ~writable;
        if (lacking != 0) {
            return differs(ShapeDifference::NotWritable,
                           static_cast<std::size_t>(std::countr_zero(lacking)));
        }
        if (count > shape.accounts_max) {
            return differs(ShapeDifference::AccountsAdded, count);
        }
        return std::nullopt;
    }

    [[nodiscard]] const ChainAccount* account(const ChainInstruction& instruction,
                                              std::size_t position) const {
        if (position >= instruction.accounts.size() ||
            instruction.accounts[position] >= transaction_.accounts.size()) {
            return nullptr;
        }
        return &transaction_.accounts[instruction.accounts[position]];
    }

    [[nodiscard]] std::uint32_t writable_of(const ChainInstruction& instruction) const {
        std::uint32_t writable = 0;
        for (std::size_t i = 0; i < std::min(kFlags, instruction.accounts.size()); ++i) {
            const ChainAccount* const one = account(instruction, i);
            writable |= one != nullptr && one->is_writable ? std::uint32_t{1} << i : 0;
        }
        return writable;
    }

    // Of an owner that did not sign: a user's accounts move for what else the transaction does.
    [[nodiscard]] bool is_like_swap(const ChainInstruction& instruction) const {
        const auto is_named = [&](std::size_t index) {
            return std::ranges::find(instruction.accounts, index) != instruction.accounts.end();
        };
        const auto find_owner = [&](const Pubkey& owner) {
            return std::ranges::find(transaction_.accounts, owner, &ChainAccount::key);
        };
        const auto& moves = transaction_.token_moves;
        for (const ChainTokenMove& one : moves) {
            const int way = sign(one.before.raw(), one.after.raw());
            const auto owner = find_owner(one.owner);
            const bool is_seen = owner != transaction_.accounts.end();
            if (way == 0 || !is_named(one.account) || (is_seen && owner->is_signer)) {
                continue;
            }
            const bool is_against_token = std::ranges::any_of(moves, [&](const auto& other) {
                return other.owner == one.owner && other.mint != one.mint &&
                       is_named(other.account) &&
                       sign(other.before.raw(), other.after.raw()) == -way;
            });
            const bool is_against_sol =
                is_seen &&
                is_named(static_cast<std::size_t>(owner - transaction_.accounts.begin())) &&
                sign(owner->lamports_before.raw(), owner->lamports_after.raw()) == -way;
            if (is_against_token || is_against_sol) {
                return true;
            }
        }
        return false;
    }

    void note_creation(VenueId venue, const InstructionShape& shape,
                       const ChainInstruction& instruction) {
        const CreationAccounts& at = *shape.creation;
        const ChainAccount* const pool = account(instruction, at.pool);
        const ChainAccount* const a = account(instruction, at.mint_a);
        const ChainAccount* const b = account(instruction, at.mint_b);
        if (pool == nullptr || a == nullptr || b == nullptr) {
            return;
        }
        const PoolCreation creation{shape.migrates_to.value_or(venue), pool->key, a->key,
                                    at.is_mint_b_sol ? solana::kWrappedSolMint : b->key};
        if (shape.migrates_to) {
            if (std::ranges::none_of(out_.migrations, [&](const PoolMigration& known) {
                    return known.to.pool == creation.pool;
                })) {
                out_.migrations.push_back({venue, unnamed_pool_of(creation.mint_a), creation});
            }
            return;
        }
        if (std::ranges::find(out_.creations, creation.pool, &PoolCreation::pool) ==
            out_.creations.end()) {
            out_.creations.push_back(creation);
        }
    }

    const ChainTransaction& transaction_;
    Recognised out_;
};

std::string known_accounts(const InstructionShape& shape) {
    return shape.accounts_min == shape.accounts_max
               ? fmt::format("{}", shape.accounts_min)
               : fmt::format("{} to {}", shape.accounts_min, shape.accounts_max);
}

}  // namespace

Recognised recognise(const ChainTransaction& transaction) {
    return transaction.is_failed ? Recognised{} : Reader{transaction}.read();
}

std::string to_text(const ShapeMismatch& mismatch) {
    if (mismatch.shape == nullptr) {
        return fmt::format("{} swaps in a row through instructions that we do not know",
                           mismatch.seen);
    }
    const InstructionShape& shape = *mismatch.shape;
    switch (mismatch.difference) {
        case ShapeDifference::DataTooShort:
            return fmt::format("{} with {} bytes of data (known: at least {})", shape.name,
                               mismatch.seen, shape.data_bytes_min);
        case ShapeDifference::AccountsMissing:
        case ShapeDifference::AccountsAdded:
            return fmt::format("{} with {} accounts (known: {})", shape.name, mismatch.seen,
                               known_accounts(shape));
        case ShapeDifference::NotWritable:
            return fmt::format("{} with account {} read-only (known: writable)", shape.name,
                               mismatch.seen);
        case ShapeDifference::Writable:
            return fmt::format("{} with account {} writable (known: read-only)", shape.name,
                               mismatch.seen);
        case ShapeDifference::Former:
            return fmt::format("{} in its old form with {} accounts, which was given up",
                               shape.name, mismatch.seen);
        case ShapeDifference::Replaced:
            break;
    }
    return std::string{shape.name};
}

}  // namespace sniperforge::dex
