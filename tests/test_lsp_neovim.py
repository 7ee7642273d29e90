"""The language server in a real editor: Neovim without a screen."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import lsp_extension
import pytest
from lsp_extension import MANIFEST, PAGE

pytest.importorskip("pygls")

SCRIPT = """
local done = vim.env.SIGMALINT_RESULT
local result = {}
vim.o.hidden = true
vim.cmd('edit app/widget.html')
local buffer = vim.api.nvim_get_current_buf()
local client = vim.lsp.start_client({
  name = 'sigmalint',
  cmd = vim.fn.json_decode(vim.env.SIGMALINT_COMMAND),
  root_dir = vim.fn.getcwd(),
  workspace_folders = {{ uri = vim.uri_from_fname(vim.fn.getcwd()), name = 'extension' }},
})
vim.lsp.buf_attach_client(buffer, client)

local function wait(what, test)
  if not vim.wait(20000, test, 20) then
    error('no ' .. what)
  end
end

local function messages()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, one.message)
  end
  return table.concat(found, '\\n')
end

wait('diagnostics', function() return messages():find('crm_mian') end)
result.before = messages()

for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
  local column = line:find('crm_mian')
  if column then
    vim.api.nvim_win_set_cursor(0, { number, column })
  end
end

local hover = vim.lsp.buf_request_sync(buffer, 'textDocument/hover', vim.lsp.util.make_position_params(), 5000)
result.hover = hover[client].result.contents.value

local function ask(method, params)
  return vim.lsp.buf_request_sync(buffer, method, params, 5000)[client].result
end

result.completion = {}
for _, item in ipairs(ask('textDocument/completion', vim.lsp.util.make_position_params()).items) do
  table.insert(result.completion, item.label)
end

local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer) }
local answer = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 5000)
for _, action in ipairs(answer[client].result) do
  if action.title == 'Replace by "crm_main"' then
    vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
  end
end
result.lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
wait('answer to the fix', function() return not messages():find('crm_mian') end)
result.after = messages()

result.definition = ask('textDocument/definition', vim.lsp.util.make_position_params())
local renaming = vim.lsp.util.make_position_params()
renaming.newName = 'crm_new'
vim.lsp.util.apply_workspace_edit(ask('textDocument/rename', renaming), vim.lsp.get_client_by_id(client).offset_encoding)
result.renamed = {}
for _, name in ipairs({ 'app/widget.html', 'app/js/send.js', 'plugin-manifest.json' }) do
  result.renamed[name] = table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr(name), 0, -1, false), '\\n') .. '\\n'
end

local file = io.open(done, 'w')
file:write(vim.fn.json_encode(result))
file:close()
vim.cmd('quitall!')
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_findings_fixes_behind_an_emoji_completes_and_renames(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path / "extension")
    script, result = tmp_path / "test.lua", tmp_path / "result.json"
    script.write_text(SCRIPT, "utf-8")
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "SIGMALINT_RESULT": str(result),
        "SIGMALINT_COMMAND": json.dumps([sys.executable, "-m", "sigmalint", "lsp"]),
    }

    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", f"luafile {script}", "-c", "quitall!"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert result.exists(), done.stderr
    seen = json.loads(result.read_text("utf-8"))
    assert 'connection "crm_mian" is not declared' in seen["before"]
    assert "crm_mian" in seen["hover"]
    assert "\n".join(seen["lines"]) + "\n" == PAGE.replace("crm_mian", "crm_main")
    assert "stock" in seen["after"]
    assert seen["completion"] == ["crm_main"]
    assert [(one["uri"], one["range"]["start"]) for one in seen["definition"]] == [
        ((folder / "plugin-manifest.json").as_uri(), {"line": 15, "character": 29})
    ]
    assert seen["renamed"] == {
        "app/widget.html": PAGE.replace("crm_mian", "crm_main").replace("crm_main", "crm_new"),
        "app/js/send.js": lsp_extension.SCRIPT.replace("crm_main", "crm_new"),
        "plugin-manifest.json": MANIFEST.replace("crm_main", "crm_new"),
    }
