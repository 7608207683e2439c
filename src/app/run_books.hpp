// SPDX-License-Identifier: MIT
// One life of the daemon over a state directory: the books of the earlier ones first, then the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/daemon.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::app {

// What becomes of the files of another wallet or chain. A test cluster is often a new one, and its
// old books are in the way; those of real money are not touched without the operator.
enum class OtherBooks : std::uint8_t { SetAside, Refuse };

// Runs the daemon with the books that the state directory has. An error: there was no run. The
// wallet is locked against a second daemon, unless the cluster is inside this process. Without a
// key the run is on paper (Daemon::create).
[[nodiscard]] Result<DaemonResult> run_daemon(net::Reactor& reactor,
                                              std::optional<signer::SigningKey> key,
                                              const DaemonOptions& options, OtherBooks others);

// What earlier runs in the directory saw of creators; what is wrong with their file is logged.
[[nodiscard]] engine::CreatorBook creators_in(const std::string& state_dir);

// Moves the files of the run away and says why and where; false when they could not be moved.
[[nodiscard]] bool set_aside(const std::string& state_dir, const std::string& reason);

// Why nothing goes on with books of no wallet: the write-ahead ring alone is there.
[[nodiscard]] std::string ring_without_journal(const std::string& state_dir);

// Whose books they are, for people.
[[nodiscard]] std::string books_of(const Pubkey& wallet);
// Before files are deleted for a run that begins anew: only those of runs whose cluster ended with
// them.
[[nodiscard]] Result<void> refuse_others_books(const DaemonOptions& options);

// Prints the report, or what went wrong, and returns the exit code.
[[nodiscard]] int finish(const Result<DaemonResult>& result, bool is_json);
// Of the positions that are left those that the signer does not keep.
[[nodiscard]] std::vector<PositionLeft> positions_to_sell(const DaemonResult& result);
// Why a position is still in the books.
[[nodiscard]] std::vector<std::string> left_lines(const DaemonResult& result);
// What a rescue leaves in the wallet because no position has it, and why.
[[nodiscard]] std::vector<std::string> outside_lines(const DaemonResult& result);
// The part of it that says what is wrong with a run that ran: its books do not equal the chain, or
// it could not sign to its end.
[[nodiscard]] int judge_run(const DaemonResult& result);

}  // namespace sniperforge::app
