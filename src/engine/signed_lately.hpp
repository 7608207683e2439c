// SPDX-License-Identifier: MIT
// What was signed lately, gathered from a journal whose end is not known yet: which of it counts on
// in the signer's budgets depends on the last record and on the clock of now.
#pragma once

#include "sniperforge/engine/history.hpp"

namespace sniperforge::engine {

// With each record, before it is read. Where its time cannot be behind that of the one before, what
// was signed lately counts as of it.
void note_written(History& history, WallTime at);
void keep_signed(History& history, const OrderIntent& intent, WallTime at);
// By what upkeep and withdrawals cost; nothing of records that do not say it.
void keep_signed(History& history, const WithdrawalSigned& withdrawal, WallTime at);
// Behind the last record: judges the clock, and forgets what is of no window of it.
void keep_signed_lately(History& history, WallTime now);

}  // namespace sniperforge::engine
