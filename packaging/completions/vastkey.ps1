# Completion of vastkey for PowerShell 5.1 and newer.

Register-ArgumentCompleter -Native -CommandName 'vastkey', 'vastkey.exe' -ScriptBlock {
    # The word is taken from the line instead: the cursor may be inside it.
    param($wordToComplete, $commandAst, $cursorPosition)

    $ErrorActionPreference = 'SilentlyContinue'
    $elements = @($commandAst.CommandElements)
    $program = $commandAst.GetCommandName()
    $before = @()
    $typed = ''
    for ($i = 1; $i -lt $elements.Count; $i++) {
        $extent = $elements[$i].Extent
        if ($extent.StartOffset -ge $cursorPosition) { break }
        if ($extent.EndOffset -ge $cursorPosition) {
            $typed = $extent.Text.Substring(0, $cursorPosition - $extent.StartOffset)
            break
        }
        $before += $extent.Text
    }

    # Before 7.3, PowerShell passes neither quotes, nor backslashes in front of
    # them, nor empty words as they are. No option or account has any of these.
    $before = @($before -replace '["''`]' -replace '\\', '/' -replace '^$', '_')
    $current = $typed -replace '["''`]' -replace '\\', '/'
    $exitCode = Get-Variable -Name LASTEXITCODE -Scope Global -ValueOnly -ErrorAction Ignore
    $kind, $answers = @(& $program __complete $before.Count @before $current 2>$null)
    $global:LASTEXITCODE = $exitCode
    if (-not $kind) { return }

    # Where nothing is returned, PowerShell offers files. Those behind --option=
    # and those besides words it does not.
    $option = [regex]::Match($typed, '^--[^=]*=').Value
    if ($kind -eq 'files' -and -not $option -and -not $answers) { return }

    $results = @(
        foreach ($answer in $answers) {
            $word, $meaning = $answer -split "`t", 2
            if (-not $meaning) { $meaning = $word }
            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
        }

        if ($kind -in 'files', 'directories') {
            $path = $typed.Substring($option.Length)
            foreach ($file in [System.Management.Automation.CompletionCompleters]::CompleteFilename($path)) {
                if ($kind -eq 'directories' -and $file.ResultType -ne 'ProviderContainer') { continue }
                [System.Management.Automation.CompletionResult]::new(
                    $option + $file.CompletionText, $file.ListItemText, $file.ResultType, $file.ToolTip)
            }
        } elseif ($kind -match '^program (\d+)$') {
            # The line of the program itself, which begins behind so many words.
            $first = 1 + $Matches[1]
            if ($first -lt $elements.Count -and $elements[$first].Extent.StartOffset -lt $cursorPosition) {
                $start = $elements[$first].Extent.StartOffset
                $cursor = $cursorPosition - $start
                $line = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset).PadRight($cursor)
                [System.Management.Automation.CommandCompletion]::CompleteInput($line, $cursor, $null).CompletionMatches
            }
        }
    )

    # An empty word is nothing to PowerShell either, but keeps it from offering files.
    if ($results.Count -gt 0) { $results } elseif ($kind -notlike 'program *') { '' }
}
