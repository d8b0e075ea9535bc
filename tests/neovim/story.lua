-- What a user of Neovim does with a prompt template, step by step; what was seen goes to a file, as JSON.
-- It works from Neovim 0.7 on. The file named by PROMPT_SALIENCE_STORY says what to open and where to write.

local DEADLINE = 10000

local function contents(path)
  return table.concat(vim.fn.readfile(path), '\n')
end

local story = vim.fn.json_decode(contents(vim.env.PROMPT_SALIENCE_STORY))
local version = vim.version()
local seen = {
  version = { version.major, version.minor },
  background = vim.o.background,
  progress = {},
  offered = {},
}

local function eventually(what, condition)
  local found
  local in_time = vim.wait(DEADLINE, function()
    found = condition()
    return found
  end, 20)
  return in_time and found or error('not seen in time: ' .. what)
end

-- Whoever is asked to choose takes the item that begins with the next text that was wished for.
local wishes = {}

local function choice_of(titles)
  table.insert(seen.offered, titles)
  local wish = table.remove(wishes, 1)
  for number, title in ipairs(titles) do
    if vim.startswith(title, wish) then
      return number
    end
  end
  error(wish .. ' is not among ' .. table.concat(titles, ', '))
end

vim.ui.select = function(items, options, chosen)
  local title_of = options.format_item or tostring
  local number = choice_of(vim.tbl_map(title_of, items))
  chosen(items[number], number)
end

vim.fn.inputlist = function(lines)
  local titles = {}
  for _, line in ipairs(lines) do
    table.insert(titles, line:match('^%d+%. (.*)'))
  end
  return choice_of(titles)
end

local show_progress = vim.lsp.handlers['$/progress']

vim.lsp.handlers['$/progress'] = function(failure, result, context, config)
  table.insert(seen.progress, result.value)
  return show_progress(failure, result, context, config)
end

local function endings()
  return #vim.tbl_filter(function(report)
    return report.kind == 'end'
  end, seen.progress)
end

-- Neovim 0.7 has no way to start a server that is documented for users without a plug-in.
local function start_by_hand()
  local client = vim.lsp.start_client({ name = 'prompt_salience', cmd = { 'prompt-salience', 'server' } })
  vim.api.nvim_create_autocmd('BufReadPost', {
    pattern = '*.j2',
    callback = function(event)
      vim.lsp.buf_attach_client(event.buf, client)
    end,
  })
end

local function set_up()
  if not vim.lsp.start then
    return start_by_hand()
  end
  dofile(vim.lsp.enable and story.newer or story.older)
end

local function cursor_on(text)
  assert(vim.fn.search('\\V' .. text, 'cw') > 0, text .. ' is not there')
end

local function diagnostics()
  return vim.tbl_map(function(found)
    return {
      code = found.code,
      message = found.message,
      text = vim.fn.getline(found.lnum + 1):sub(found.col + 1, found.end_col),
    }
  end, vim.diagnostic.get(0))
end

local function floating_window()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

local function hover_on(text)
  cursor_on(text)
  vim.lsp.buf.hover()
  local window = eventually('a hover on ' .. text, floating_window)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, '\n')
end

local function act(title)
  wishes = { title }
  vim.lsp.buf.code_action()
end

local function lenses()
  local found = vim.lsp.codelens.enable and vim.lsp.codelens.get({ bufnr = 0 }) or vim.lsp.codelens.get(0)
  return vim.tbl_map(function(lens)
    return (lens.lens or lens).command.title
  end, found)
end

local function lenses_with(...)
  local wanted = { ... }
  return eventually('lenses ' .. table.concat(wanted, ', '), function()
    if not vim.lsp.codelens.enable then
      vim.lsp.codelens.refresh()
    end
    local titles = lenses()
    local missing = vim.tbl_filter(function(title)
      return not vim.tbl_contains(titles, title)
    end, wanted)
    return #missing == 0 and titles
  end)
end

local function run_lens(title, answer)
  wishes = { title, answer }
  vim.fn.cursor(1, 1)
  vim.lsp.codelens.run()
end

local function run_to_its_end(begin)
  local before = endings()
  begin()
  eventually('the end of a run', function()
    return endings() > before
  end)
end

-- The influence at a text, as semantic tokens have it.
local function influence_at(text)
  cursor_on(text)
  local line, column = vim.fn.line('.') - 1, vim.fn.col('.') - 1
  for _, token in ipairs(vim.lsp.semantic_tokens.get_at_pos(0, line, column) or {}) do
    if vim.tbl_contains({ 'salience', 'supporting', 'opposing' }, token.type) then
      return { type = token.type, modifiers = vim.tbl_keys(token.modifiers) }
    end
  end
end

-- The colours that a text is drawn in because of its semantic tokens.
local function colours_at(text)
  cursor_on(text)
  vim.cmd('redraw')
  for _, token in ipairs(vim.inspect_pos().semantic_tokens) do
    local group = vim.fn.synIDtrans(vim.fn.hlID(token.opts.hl_group))
    local background = vim.fn.synIDattr(group, 'bg#', 'gui')
    if background ~= '' then
      return { background = background, text = vim.fn.synIDattr(group, 'fg#', 'gui') }
    end
  end
end

local function hints()
  local found = vim.lsp.inlay_hint.get({ bufnr = 0 })
  return #found > 0 and vim.tbl_map(function(hint)
    return hint.inlay_hint.label
  end, found)
end

local function response_path()
  return vim.fn.glob(vim.env.PROMPT_SALIENCE_CACHE .. '/responses/*/*/*.response.md', true, true)[1]
end

local function response_buffer()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.endswith(vim.api.nvim_buf_get_name(buffer), '.response.md') then
      return buffer
    end
  end
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

local function engine()
  local answers = vim.lsp.buf_request_sync(0, 'workspace/executeCommand', {
    command = 'promptSalience.showDebugInformation',
  }, DEADLINE)
  local _, answer = next(answers)
  return answer.result.engine
end

local function open()
  vim.cmd('edit ' .. vim.fn.fnameescape(story.template))
  eventually('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.broken = diagnostics()
end

local function correct()
  cursor_on('dihs')
  act("Change to 'dish'")
  eventually('no diagnostics', function()
    return #vim.diagnostic.get(0) == 0
  end)
  seen.corrected = text_of(0)
  vim.cmd('silent write')
end

local function run()
  seen.before_run = { hover = hover_on('Try it tonight'), lenses = lenses_with('run and explain') }
  cursor_on('Examples')
  run_to_its_end(function()
    act('Run and explain')
  end)
  seen.after_run = { hover = hover_on('Try it tonight'), lenses = lenses_with('run and explain', 'target: whole response') }
end

local function look_at_response()
  seen.response_path = eventually('a file for the response', response_path)
  seen.response_file = eventually('a file with the whole response', function()
    local text = contents(seen.response_path)
    return text:find('Go for it', 1, true) and text
  end)
  if vim.fn.has('nvim-0.8') == 1 then
    seen.response_shown = eventually('the whole response in a window', function()
      local buffer = response_buffer()
      local text = buffer and vim.fn.bufwinid(buffer) > 0 and text_of(buffer)
      return text and text:find('Go for it', 1, true) and text
    end)
  end
end

local function choose_in_response()
  if not seen.response_shown then
    return
  end
  local prompt = vim.api.nvim_get_current_win()
  vim.api.nvim_set_current_win(vim.fn.bufwinid(response_buffer()))
  seen.in_response = { hover = hover_on('Go for it') }
  act('Explain this sentence')
  seen.in_response.lenses = lenses_with('explained now')
  vim.api.nvim_set_current_win(prompt)
  seen.after_target = { hover = hover_on('Try it tonight') }
end

local function look_at_colours()
  if vim.fn.has('nvim-0.9') == 1 then
    seen.influence = eventually('semantic tokens', function()
      return influence_at('Try it tonight')
    end)
    seen.colours = eventually('colours', function()
      return colours_at('Try it tonight')
    end)
  end
  if vim.fn.has('nvim-0.10') == 1 then
    seen.hints = eventually('inlay hints', hints)
  end
end

local function choose_by_lens()
  run_to_its_end(function()
    run_lens('method: gim', 'grad_dot_input')
  end)
  seen.after_choice = { hover = hover_on('Try it tonight'), lenses = lenses_with('run and explain', 'method: grad_dot_input') }
end

local function choose_by_command()
  if vim.fn.exists(':PromptSalience') == 0 then
    return
  end
  vim.cmd('PromptSalience chooseGranularity line')
  seen.after_command = { lenses = lenses_with('run and explain', 'granularity: line') }
end

local function tell()
  set_up()
  for _, step in ipairs({
    open,
    correct,
    run,
    look_at_response,
    look_at_colours,
    choose_by_lens,
    choose_by_command,
    choose_in_response,
  }) do
    step()
  end
  seen.engine = engine()
end

local told, failure = xpcall(tell, debug.traceback)
seen.failure = not told and failure or nil
seen.messages = vim.api.nvim_exec('messages', true)
vim.fn.writefile({ vim.fn.json_encode(seen) }, story.result)
vim.cmd('qall!')
