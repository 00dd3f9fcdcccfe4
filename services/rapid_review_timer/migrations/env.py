from shared.messaging.migrating import run

run()
