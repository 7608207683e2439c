// SPDX-License-Identifier: MIT
// Durable nonce accounts of our own. Their addresses follow from the wallet and a number, so that
// the chain alone says which there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/upkeep.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/nonce_account.hpp"

namespace sniperforge::app {

struct NonceView {
    std::uint8_t number = 0;
    Pubkey account;
    std::optional<solana::NonceAccount> nonce;
    Lamports lamports;
    std::string problem;     // Why there is no nonce where something is.
    std::string difference;  // Between two endpoints; empty: none.
    bool is_ours = false;    // The wallet is its authority.

    [[nodiscard]] bool is_free() const { return !nonce && problem.empty(); }
};

struct NoncesReading {
    std::vector<NonceView> nonces;  // All kNoncesMax of them.
    bool is_confirmed = false;      // Two endpoints were asked.
};
[[nodiscard]] Result<NoncesReading> read_nonces(net::Reactor& reactor, rpc::RpcClient& rpc,
                                                const Pubkey& wallet, Slot slot_min = {});

class NonceUpkeep {
 public:
    NonceUpkeep(net::Reactor& reactor, rpc::RpcClient& rpc, Upkeep& upkeep,
                const CourierOptions& options)
        : reactor_{reactor}, rpc_{rpc}, upkeep_{upkeep}, options_{options} {}

    [[nodiscard]] Result<NoncesReading> read() {
        return read_nonces(reactor_, rpc_, options_.wallet, upkeep_.slot_settled());
    }
    // Until there are so many that can be used. Those that are there count.
    [[nodiscard]] Result<void> create(std::size_t count);
    // Every one that is ours, or the one of that number: whatever was signed with its value cannot
    // land any more.
    [[nodiscard]] Result<void> advance(std::optional<std::uint8_t> number) {
        return carry_each(number, signer::UpkeepKind::NonceAdvance);
    }
    // The same, all lamports back to the wallet.
    [[nodiscard]] Result<void> close(std::optional<std::uint8_t> number) {
        return carry_each(number, signer::UpkeepKind::NonceClose);
    }

 private:
    [[nodiscard]] Result<std::vector<NonceView>> chosen(std::optional<std::uint8_t> number);
    [[nodiscard]] Result<void> carry_each(std::optional<std::uint8_t> number,
                                          signer::UpkeepKind kind);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    Upkeep& upkeep_;
    const CourierOptions& options_;
};

[[nodiscard]] std::string nonces_json(const NoncesReading& reading, const Pubkey& wallet,
                                      const std::vector<UpkeepDone>& done);
void print_nonces(const NoncesReading& reading);

}  // namespace sniperforge::app
