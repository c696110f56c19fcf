# Completion of vastkey for PowerShell 5.1 and newer.

Register-ArgumentCompleter -Native -CommandName 'vastkey', 'vastkey.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $before = @(
        $commandAst.CommandElements | Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } }
    )
    $program = $commandAst.GetCommandName()
    $answer = @(& $program __complete $before.Count @before $wordToComplete 2>$null)
    if ($answer.Count -eq 0) { return }

    $answer | Select-Object -Skip 1 | ForEach-Object {
        $word, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
    }

    # Files are completed by PowerShell itself, where nothing else fits.
    if ($answer[0] -like 'program *') {
        $first = 1 + [int]($answer[0] -replace '^program ', '')
        $elements = $commandAst.CommandElements
        if ($first -lt $elements.Count) {
            $start = $elements[$first].Extent.StartOffset
            $line = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset).PadRight($cursorPosition - $start)
            [System.Management.Automation.CommandCompletion]::CompleteInput($line, $cursorPosition - $start, $null).CompletionMatches
        }
    }
}
