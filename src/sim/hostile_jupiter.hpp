// SPDX-License-Identifier: MIT
// A Jupiter that lies: what its faults make of an honest answer. A stranger with a key and a wallet
// of his own is who profits.
#pragma once

#include <optional>
#include <string>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/faults.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::sim {

struct SwapRequest;
struct SwapInstructions;

class HostileJupiter {
 public:
    // `chain` must outlive this, which changes nothing on it before there are attacks.
    HostileJupiter(Chain& chain, const Rng& rng);

    void set_faults(const JupiterFaults& faults);
    [[nodiscard]] const JupiterFaults& faults() const { return faults_; }
    [[nodiscard]] const FaultCounters& counters() const { return counters_; }
    [[nodiscard]] const Pubkey& stranger() const { return stranger_.public_key(); }

    // Draws only for what can happen, and counts what does.
    [[nodiscard]] bool happens(double probability, FaultKind kind);
    [[nodiscard]] std::optional<JupiterAttack> draw_attack();

    // ---- One attacked swap, in this order ----
    void change_request(JupiterAttack attack, SwapRequest& request) const;
    void change_instructions(JupiterAttack attack, const SwapRequest& request,
                             SwapInstructions& built);
    // Of instructions alone, whose payer is whoever signs: the stranger is to pay for an account.
    void change_payer(JupiterAttack attack, SwapInstructions& built) const;
    // Who pays the fee, and the tables that the message is compiled with.
    [[nodiscard]] Pubkey payer(JupiterAttack attack, const Pubkey& user) const;
    [[nodiscard]] std::vector<solana::AddressLookupTable> tables(JupiterAttack attack,
                                                                 const SwapRequest& request);
    // Where the stranger must sign he has done so before the answer leaves.
    void sign(Bytes& wire) const;

 private:
    // Made where it is not there yet.
    Pubkey strangers_account(const Pubkey& mint);
    // A token account of the wallet's with something in it, of neither mint of the swap.
    [[nodiscard]] std::optional<Pubkey> other_account(const SwapRequest& request) const;
    // All of it, or else one unit of what is traded.
    [[nodiscard]] solana::Instruction token_theft(const SwapRequest& request);

    Chain& chain_;
    Rng rng_;
    solana::Keypair stranger_;
    JupiterFaults faults_;
    FaultCounters counters_;
};

}  // namespace sniperforge::sim
