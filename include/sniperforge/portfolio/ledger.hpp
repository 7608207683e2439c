// SPDX-License-Identifier: MIT
// Ledger: what we should have, by every lamport and base unit that moved, in double entry: each
// event is entries (entry.hpp) whose postings sum to zero, so the accounts do at all times. It
// starts from balances read from the chain and adds fills; reconcile() holds it against the chain
// again. A fill is provisional while only confirmed blocks tell of it: until it is finalized it can
// be reversed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/portfolio/entry.hpp"

namespace sniperforge::portfolio {

// Where the wallet's lamports went since the run began, as the accounts say it. The parts add up to
// the wallet's change: wallet_now = wallet_start + principal − base_fee − priority_fee − tip −
// rent_paid + rent_refunded − rent_of_others + unexplained + outside.
struct LedgerTotals {
    LamportsDelta principal;  // Net lamports from (+) and into (−) swaps.
    Lamports base_fee, priority_fee, tip, rent_paid, rent_refunded, rent_of_others;
    LamportsDelta unexplained;
    LamportsDelta outside;  // Deposits (+) and withdrawals (−) that were not ours.
    // Inside the principal, of the fills where they are known; and how many there are of the rest.
    Lamports amm_fee, transfer_fee;
    std::uint64_t venue_fees_unknown = 0;
};

// Every account's balance in lamports, and that each asset's sum to zero.
struct TrialBalance {
    AccountBalances lamports{};
    i128 lamports_sum = 0;
    std::size_t mints = 0;
    std::uint64_t mints_unbalanced = 0;  // Whose accounts do not sum to zero.
    // What a swap earned less all that was paid, and less what open positions still carry: by the
    // lots that were sold, whether or not their position was closed. Rent of our own accounts
    // apart.
    [[nodiscard]] LamportsDelta result() const;
};

struct BalanceMismatch {
    std::string account;  // "wallet" or a mint.
    std::uint64_t expected = 0;
    std::uint64_t on_chain = 0;

    [[nodiscard]] bool operator==(const BalanceMismatch&) const = default;
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.account, self.expected, self.on_chain);
    }
    // Somebody took it, or spent it: nobody but the key's holder can.
    [[nodiscard]] bool is_short() const { return on_chain < expected; }
};
// An array of both sides of each.
[[nodiscard]] std::string to_json(const std::vector<BalanceMismatch>& mismatches);

// What came into the wallet by nobody of us.
struct Gift {
    Lamports wallet;
    std::map<Pubkey, TokenAmount> tokens{};
};

// Balances of the wallet as read from the chain.
struct ChainBalances {
    // A reading has parts, each with the chain's state after one slot.
    struct Slots {
        Slot oldest, newest;
    };
    Lamports wallet;
    std::map<Pubkey, TokenAmount> tokens;     // Sum over our accounts of each mint.
    std::vector<OwnTokenAccount> accounts{};  // The associated ones, but for wrapped SOL's.
    Slots slots{};
};

// A balance as it can be on the chain: what fell below zero on its way is shown as zero.
[[nodiscard]] std::uint64_t clamped_balance(i128 balance);

class Ledger {
 public:
    void start(const ChainBalances& balances);
    // A fill of a landed or reverted transaction, as confirmed blocks tell it. One per intent.
    void apply(IntentId intent, const Fill& fill);
    // The entry stands for good. Nothing happens when there is none that is provisional.
    void finalize(IntentId intent);
    // It was booked before the books were closed for the last time, and is not final.
    [[nodiscard]] bool is_of_earlier_run(IntentId intent) const {
        return before_run_.contains(intent.value);
    }
    // Takes a provisional entry back, to the lamport. False when there is none.
    bool reverse(IntentId intent);

    // The books are set to what the chain says: somebody else moved money. Only when nothing is on
    // its way and every fill is final.
    void adopt(const ChainBalances& chain);
    // Somebody sent us something: it is ours, and counts as outside.
    void take_in(const Gift& gift);
    // A withdrawal of ours, final: fees and rent count as such, what went out as outside.
    void withdraw(const Fill& fill);
    // The books are closed: what was earned, paid and brought goes into what there was, and the
    // totals count from here on. Balances and provisional entries stay.
    void begin_run();
    // So much more is carried in positions at cost, against what was earned and paid (CarriedCost),
    // or what there was before (Opening), or what was moved away (MovedOut).
    void carry(LamportsDelta cost, Account against);
    // Books that were read: so much of what there was is in positions.
    void open_positions(Lamports cost);

    // Never below zero: what the chain did not allow shows as a mismatch.
    [[nodiscard]] Lamports wallet() const;
    [[nodiscard]] TokenAmount token(const Pubkey& mint) const;
    // The same, exactly.
    [[nodiscard]] i128 balance() const { return of(Account::Wallet); }
    [[nodiscard]] std::map<Pubkey, i128> balances() const;
    [[nodiscard]] LedgerTotals totals() const;
    [[nodiscard]] TrialBalance trial_balance() const;
    // Bookings that were none, since the process began, and what was wrong with the last: our own
    // mistake. The balances lack them, so that the next look at the chain halts entries.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    [[nodiscard]] std::uint64_t fills_finalized() const { return fills_finalized_; }
    // Those that are not finalized yet.
    [[nodiscard]] std::uint64_t fills_confirmed() const { return provisional_.size(); }
    // Every difference between what we should have and what the chain says.
    [[nodiscard]] std::vector<BalanceMismatch> reconcile(const ChainBalances& chain) const;

    // Postings of lamports. False where they are no entry: then nothing was booked.
    bool book(std::initializer_list<Posting> postings);

    // For a checkpoint, after begin_run(), which makes the totals zero: balances of mints that we
    // have none of say nothing and are forgotten.
    void forget_empty();
    // What there was is not in it: it is what is needed to balance the wallet. Of positions their
    // lots tell: open_positions().
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        if constexpr (Archive::is_reading) {
            i128 wallet = 0;
            std::map<Pubkey, i128> tokens;
            archive(wallet, tokens, self.provisional_, self.before_run_);
            self.open(wallet, tokens);
        } else {
            archive(self.balance(), self.balances(), self.provisional_, self.before_run_);
        }
    }

 private:
    [[nodiscard]] i128 of(Account account) const {
        return lamports_[static_cast<std::size_t>(account)];
    }
    void open(i128 wallet, const std::map<Pubkey, i128>& tokens);
    bool book(AccountBalances& asset, std::span<const Posting> postings);
    void book_token(const Pubkey& mint, i128 amount, Account against);
    // What a fill moved, or with the sign turned what it never moved.
    void book_fill(const Fill& fill, int sign, Account against);

    // Signed: while the fills of a dropped block are reversed one by one, a balance may pass below
    // zero on its way.
    AccountBalances lamports_{};
    std::map<Pubkey, AccountBalances> tokens_;
    std::uint64_t venue_fees_unknown_ = 0;
    std::map<std::uint64_t, Fill> provisional_;  // By intent id; the executor bounds them.
    std::set<std::uint64_t> before_run_;         // Of them, those of earlier runs.
    std::uint64_t fills_finalized_ = 0;
    std::uint64_t refused_ = 0;
    std::string refusal_;
};

}  // namespace sniperforge::portfolio
