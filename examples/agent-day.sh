#!/usr/bin/env bash
# A day of a coding agent: it takes the most urgent task that is to be done, works on it in a workspace of its own, reads what its
# terminal says, and hands the task over. All it goes by is --json and exit codes.
#
#   superset auth login; ./agent-day.sh <project>
#
# It needs a host service on this machine, and node, which reads the JSON.
set -euo pipefail

project=$1
json() { node -p "const it = JSON.parse(fs.readFileSync(0, 'utf8')); it$1 ?? ''"; }

# What a failure means is its exit code: 75 is worth another try, later and by itself; anything else is for a person.
retry() {
  local tries=0
  until "$@"; do
    local code=$?
    if [ "$code" -ne 75 ] || [ $((++tries)) -ge 3 ]; then return "$code"; fi
    sleep "$tries"
  done
}

# 1. The most urgent task that nobody has begun.
task=$(retry superset tasks list --status Todo --sort-by priority --limit 1 --json | json '[0]?.slug')
if [ -z "$task" ]; then
  echo 'Nothing to do.'
  exit 0
fi

# 2. It is taken: whoever looks sees by whom.
superset tasks update "$task" --assignee @me --status 'In Progress' --json >/dev/null
echo "Took $task."

# 3. A workspace and a terminal in it. One that is there from an earlier try is used again.
workspace=$(retry superset workspaces create --local --project "$project" --name "$task" --branch "agent/$task" --task "$task" --json | json .workspace.id)
terminal=$(superset terminals create --workspace "$workspace" --command "${AGENT_COMMAND:-npm test}" --json | json .terminalId)

# 4. What it says.
superset terminals read --workspace "$workspace" --terminal "$terminal" --json | json .text
superset terminals close --workspace "$workspace" --terminal "$terminal" --json >/dev/null

# 5. Done. An exit code of 1 would mean that somebody deleted the task meanwhile.
if superset tasks update "$task" --status Done --json >/dev/null; then
  echo "Finished $task."
else
  code=$?
  [ "$code" -eq 1 ] && echo "$task is gone."
  exit "$code"
fi
