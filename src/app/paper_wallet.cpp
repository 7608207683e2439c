// SPDX-License-Identifier: MIT
#include "app/paper_wallet.hpp"

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {

const Pubkey& paper_wallet() {
    static const Pubkey address =
        solana::find_program_address({solana::seed("sniperforge paper")}, solana::kSystemProgram)
            .address;
    return address;
}

}  // namespace sniperforge::app
