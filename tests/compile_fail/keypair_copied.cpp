// SPDX-License-Identifier: MIT
// One copy of a key is one place to wipe.
#include <utility>

#include "sniperforge/solana/keypair.hpp"

using sniperforge::solana::Keypair;

#ifdef SF_WRONG
Keypair duplicate(const Keypair& keypair) { return keypair; }
#else
Keypair hand_over(Keypair&& keypair) { return std::move(keypair); }
#endif
