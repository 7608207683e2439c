// SPDX-License-Identifier: MIT
#include "app/cli_parts.hpp"
#include "app/commands.hpp"

namespace sniperforge::app {
namespace {

// What a socket may be listened to at most: ten minutes.
constexpr std::uint64_t kPatienceMaxS = 600;

void add_doctor(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "doctor",
        "Is this machine, and are these nodes, fit for real money? It reads and signs "
        "nothing");
    auto a = std::make_shared<DoctorArguments>();
    command->add_option("--config", a->config, "Settings file of the live run")->check(not_empty());
    command->add_flag("--live", a->is_live,
                      "Also asks the nodes, sockets, Jupiter and pools of --config, and has every "
                      "swap that would be built simulated beside our own quote");
    command->add_option("--pool", a->pools, "Look at this pool too; may be repeated")
        ->check(not_empty());
    command
        ->add_option("--wallet", a->wallet,
                     "Address that would trade (default: of wallet.keypair_file)")
        ->check(not_empty());
    command
        ->add_option("--state-dir", a->state_dir,
                     "Where the journal would live (default: live mode's state directory)")
        ->check(not_empty());
    command->add_option("--patience", a->patience_s, "Seconds that a socket may take to deliver")
        ->check(whole_number(kPatienceMaxS, 1))
        ->capture_default_str();
    command->add_flag("--json", a->is_json, "Print one JSON object");
    command->callback([a, &action] { action = [a] { return doctor_command(*a); }; });
}

void add_test(CLI::App& app, Action& action) {
    auto* test = app.add_subcommand("test", "Trials of the whole");
    test->require_subcommand(1);
    auto* command = test->add_subcommand(
        "mainnet-real-trading",
        "With real money on the chain of --config: one round trip that shows everything; or, with "
        "--max-capital, the enabled strategies for --duration, every opportunity shown");
    auto a = std::make_shared<RoundTripArguments>();
    a->run.mode = "live";
    a->run.duration_s = 300;
    command->add_option("--config", a->run.config, "Settings file of the live run")
        ->check(not_empty());
    command->add_flag("--live-mode", a->run.is_confirmed_live,
                      "Says that you know that this spends the wallet's money");
    command
        ->add_option("--max-trade", a->trade_max,
                     "USD that a purchase may take out of the wallet, fees and rents included; "
                     "risk.trade_max_usd holds beside it")
        ->check(not_empty())
        ->required();
    command
        ->add_option("--max-capital", a->capital_max,
                     "The strategies trade, with so many USD at stake at most; "
                     "risk.capital_max_usd holds beside it, and the rung of the ladder with "
                     "capital.ladder: enforce")
        ->check(not_empty());
    command
        ->add_option("--pool", a->pool,
                     "Pool to trade in (default: the deepest SOL/USDC pool of feed.pools)")
        ->check(not_empty());
    command
        ->add_option("--duration", a->run.duration_s,
                     "Seconds after which it ends; 0: a round trip never gives up")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    command
        ->add_option("--state-dir", a->run.state_dir, "Where the journal and the certificate live")
        ->check(not_empty());
    command->add_flag("--json", a->run.is_json, "Print one JSON object");
    command->callback([a, &action] { action = [a] { return round_trip_command(*a); }; });
}

}  // namespace

void add_contact_commands(CLI::App& app, Action& action) {
    add_doctor(app, action);
    add_test(app, action);
}

}  // namespace sniperforge::app
