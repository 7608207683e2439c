# SPDX-License-Identifier: MIT
# The module graph, in one place. Layers and reasons: docs/architecture.md. Includes go down only;
# scripts/check_layers.py reads this file.
# The network units come first: they compile longest and overlap with everything else.
sf_module(core      LAYER 0 PACKAGES Boost::headers)
sf_module(telemetry LAYER 1 USES core PACKAGES spdlog::spdlog)
sf_module(model     LAYER 1 USES core)
sf_module(net       LAYER 2 USES core PACKAGES sf_asio)
sf_module(solana    LAYER 2 USES core PACKAGES PkgConfig::SODIUM)
sf_module(config    LAYER 2 USES core telemetry PACKAGES ${SF_YAML_CPP})
sf_module(journal   LAYER 2 USES core)
sf_module(dataset   LAYER 2 USES core model PACKAGES ZLIB::ZLIB)
sf_module(rpc       LAYER 3 USES core model telemetry solana net PACKAGES simdjson::simdjson)
sf_module(dex       LAYER 3 USES core model solana)
sf_module(signer    LAYER 4 USES core model solana PACKAGES PkgConfig::SODIUM)
sf_module(feed      LAYER 5 USES core model telemetry solana net config rpc dex)
sf_module(detect    LAYER 5 USES core model telemetry solana dex)
sf_module(strategy  LAYER 5 USES core model solana config dex)
sf_module(risk      LAYER 5 USES core model solana config)
sf_module(execute   LAYER 5 USES core model telemetry solana net config rpc dex signer PACKAGES simdjson::simdjson)
sf_module(portfolio LAYER 5 USES core model solana)
sf_module(analytics LAYER 5 USES core model PACKAGES SQLite::SQLite3)
sf_module(engine    LAYER 6 USES core model telemetry solana config journal dex feed detect strategy risk execute portfolio analytics PACKAGES simdjson::simdjson)
sf_module(sim       LAYER 6 USES core solana net PACKAGES simdjson::simdjson ZLIB::ZLIB)
sf_module(ops       LAYER 6 USES core telemetry net)
sf_module(dashboard LAYER 7 USES core model telemetry config rpc dex feed strategy risk execute engine)
sf_module(recording LAYER 7 USES core model telemetry solana config journal net rpc dex feed strategy execute engine PACKAGES PkgConfig::ZSTD)
sf_module(backtest  LAYER 8 USES core model solana config dataset dex strategy feed execute analytics engine recording)
sf_module(app       LAYER 9 USES core model telemetry solana net config journal dataset rpc dex signer feed execute portfolio analytics engine dashboard backtest recording sim ops PACKAGES CLI11::CLI11 simdjson::simdjson)

# What `--version`, reports and certificates call this build: version and commit.
execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" rev-parse --short=12 HEAD
                OUTPUT_VARIABLE SF_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT SF_COMMIT)
  set(SF_COMMIT "unknown")
endif()
set_source_files_properties(src/app/build_id.cpp PROPERTIES COMPILE_DEFINITIONS
  "SF_VERSION=\"${PROJECT_VERSION}\";SF_COMMIT=\"${SF_COMMIT}\"")

add_executable(sniperforge src/app/main.cpp)
target_link_libraries(sniperforge PRIVATE sf_app)
