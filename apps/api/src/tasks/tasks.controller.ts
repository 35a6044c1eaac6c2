import type { TaskDetail, TaskList } from '@millrace/contracts';
import { TaskRegistry } from '@millrace/engine';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../openapi/describe.js';
import { toTaskDetail, toTaskSummary } from './task-views.js';

@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: TaskRegistry) {}

  @Get()
  @Describe({ summary: 'List the tasks', answers: 'TaskList' })
  list(): TaskList {
    return { tasks: this.tasks.all().map(toTaskSummary) };
  }

  @Get(':id')
  @Describe({
    summary: 'One task, with the schemas of its input and result',
    answers: 'TaskDetail',
    problems: ['MR_TASK_UNKNOWN'],
  })
  read(@Param('id') id: string): TaskDetail {
    return toTaskDetail(this.tasks.get(id));
  }
}
